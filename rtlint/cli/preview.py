"""`rtlint preview`: what KubeVirt makes of each VM."""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import click

from rtlint import TYPE_CHECKING
from rtlint.blocks import read_documents
from rtlint.cli.files import UNUSABLE, say, write_output
from rtlint.cli.options import (
    cluster_option,
    color_option,
    config_option,
    given_options,
    instancetypes_option,
    limit_option,
    no_config_option,
    output_file_option,
    release_option,
)
from rtlint.cli.outputs import look
from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubevirt.conversion.host import Host, parse_cpulist, parse_host
from rtlint.kubevirt.unknown import unknown_value
from rtlint.lint.part import template_in
from rtlint.lint.run import may_hold_objects
from rtlint.lint.settings import Settings
from rtlint.preview.effective import render as render_effective
from rtlint.preview.model import Node, Previewed, previews, unknown_rest, virtual_machines
from rtlint.preview.node import node_of
from rtlint.project.configure import Asked, Configurations
from rtlint.project.content import Surroundings, Tell
from rtlint.project.files import Unusable
from rtlint.project.kustomize import Patches
from rtlint.project.read import read_files
from rtlint.project.run import settings_for
from rtlint.project.run_options import run_options
from rtlint.tuples import NamedTuple
from rtlint.yaml.source import Source, Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.releases import Release
    from rtlint.kubevirt.workload import Workload
    from rtlint.limits import Limits
    from rtlint.preview.model import NodeOf
    from rtlint.project.cluster import Target
    from rtlint.project.content import Content
    from rtlint.yaml.nodes import Document

REFUSED = 1
STDIN = "<stdin>"


class _Shape(NamedTuple):
    """How the previews are shown; `color` is the option's value."""

    form: str
    is_summary: bool
    color: str


def _host(_: click.Context, __: click.Parameter, path: str | None) -> Host | None:
    if path is None:
        return None
    try:
        return parse_host(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror or error}") from None
    except ValueError as error:
        raise Unusable(f"{path}: {error}") from None


def _cpuset(_: click.Context, __: click.Parameter, text: str | None) -> tuple[int, ...] | None:
    try:
        return None if text is None else parse_cpulist(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command("preview")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@release_option
@cluster_option
@instancetypes_option
@config_option
@no_config_option
@click.option(
    "--effective",
    is_flag=True,
    help="Print the VMI merged with its instancetype and preference, and the origin of each value.",
)
@click.option(
    "--summary",
    is_flag=True,
    help="One line a VM: will it be realtime, vCPUs and mask, hugepages, what looks wrong.",
)
@click.option(
    "--host",
    callback=_host,
    metavar="FILE",
    help="The node: what `virsh capabilities`, or `lscpu --json --extended=CPU,CORE,SOCKET,NODE`, "
    "prints there.  [default: a plain one is assumed]",
)
@click.option(
    "--cpuset",
    callback=_cpuset,
    metavar="LIST",
    help="The CPUs that the kubelet gives the pod, such as 2-7,10.  [default: the first that fit]",
)
@click.option(
    "--output-format",
    type=click.Choice(["text", "json", "xml", "html"]),
    default="text",
    show_default=True,
)
@output_file_option
@color_option
@limit_option
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[str, ...],
    release: Release,
    cluster: Target | None,
    instancetypes: tuple[str, ...],
    config: str | None,
    no_config: bool,
    effective: bool,
    summary: bool,
    host: Host | None,
    cpuset: tuple[int, ...] | None,
    output_format: str,
    output_file: str | None,
    color: str,
    limits: dict[str, str],
) -> None:
    """Show what KubeVirt makes of each realtime VM.

    The domain XML, where each vCPU runs and how it is scheduled, the PMU, the pod. PATH is a file,
    a folder that is walked, or - for standard input; without one it is the current folder. Of a
    file that is named every VM is shown, realtime or not. Exit status: 0 every preview was made,
    1 KubeVirt would refuse a VM or fail on it, 2 wrong usage, or a file or VM that cannot be read.
    """
    if summary and (effective or output_format not in ("text", "html")):
        raise click.UsageError("--summary goes with the formats text and html alone.")
    failures: list[str] = []
    paths = paths or (".",)
    configurations = Configurations(Asked(config, not no_config, given_options(context)))
    here = run_options(configurations, paths, STDIN)
    instancetypes = tuple(here.pick("instancetypes", instancetypes))
    surroundings = Surroundings(STDIN, instancetypes, cluster, configurations)
    settings = Settings(release, limits=here.limits(limits))
    tell = Tell(failures.append, say)
    contents, settings = read_files(paths, settings, surroundings, tell)
    settings_of = partial(
        settings_for, base=settings, of=configurations, patches=Patches(c.path for c in contents)
    )
    vms = [
        vm
        for content in contents
        # What is found in a folder was not named.
        for vm in _vms(content, settings_of(content.name), content.path in paths, tell)
    ]
    if effective:
        write_output(_effective(vms, failures), output_file, failures)
        for failure in failures:
            say(failure)
        sys.exit(UNUSABLE if failures else 0)
    nodes = node_of(
        Node(host, cpuset), lambda vm: settings_of(vm.object.source.path).platform, tell.note
    )
    shown = tuple(_previews(vms, nodes, failures))
    if shown or output_format != "text":
        shape = _Shape(output_format, summary, here.pick("color", color))
        _write(shown, shape, output_file, failures)
    elif not failures:
        say("no realtime VM found")
    for failure in failures:
        say(failure)
    if failures:
        sys.exit(UNUSABLE)
    sys.exit(REFUSED if any(each.refused for each in shown) else 0)


def _write(
    previews: tuple[Previewed, ...], shape: _Shape, file: str | None, failures: list[str]
) -> None:
    try:
        text = _rendered(previews, shape, file)
    except Exception as error:
        # No traceback ever reaches a user.
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        failures.append(f"internal error: {what}")
    else:
        write_output((text,), file, failures)


def _rendered(previews: tuple[Previewed, ...], shape: _Shape, file: str | None) -> str:
    form, is_summary, color = shape
    if form == "html":
        return str(import_module("rtlint.preview.html").render(previews, in_full=not is_summary))
    if form != "text":
        return str(import_module(f"rtlint.preview.{form}").render(previews))
    colour, width = color == "always", None
    if file is None:
        colour, width = look(sys.stdout, color)
    render = import_module(f"rtlint.preview.{'summary' if is_summary else 'text'}").render
    return str(render(previews, colour=colour, width=width))


def _vms(content: Content, settings: Settings, is_named: bool, tell: Tell) -> Iterator[Workload]:
    """The VMs to show: all of a named file, the realtime ones of a folder."""
    for text, document in _documents(content, settings.limits, is_named, tell):
        for vm in virtual_machines(text, (document,), settings):
            if is_named:
                yield vm
            elif vm.is_realtime and settings.is_patch:
                tell.note(unknown_rest(vm) or "")
            elif vm.is_realtime:
                yield vm


def _documents(
    content: Content, limits: Limits, is_named: bool, tell: Tell
) -> Iterator[tuple[Source, Document]]:
    """A file's documents, each with its text; what cannot be read is told to `tell.fail`.

    A template in a folder is a note, as in `check`.
    """
    if content.problem is not None:
        tell.fail(f"{content.name}: {content.problem.message}")
        return
    if content.data is None or not may_hold_objects(content.data):
        return
    try:
        source = Source(content.name, decode(content.data))
    except Unreadable as problem:
        tell.fail(f"{content.name}: {problem.message}")
        return
    for text, pairs in groupby(read_documents(source, limits), itemgetter(0)):
        documents = tuple(document for _, document in pairs)
        if template_in(text, documents) is not None:
            told = tell.fail if is_named else tell.note
            told(f"{content.name}: skipped: a template is not YAML until it is rendered")
            continue
        for document in documents:
            if isinstance(document, Unreadable):
                place = text.position(min(document.offset or 0, len(text.text)))
                tell.fail(f"{content.name}:{place.line}:{place.column}: {document.message}")
            else:
                yield text, document


def _effective(vms: list[Workload], failures: list[str]) -> Iterator[str]:
    for vm in vms:
        try:
            yield render_effective([vm])
        except UnknownValue as unknown:
            failures.append(unknown_rest(vm) or unknown_value(vm.object, unknown.path))


def _previews(vms: list[Workload], nodes: NodeOf, failures: list[str]) -> Iterator[Previewed]:
    for found in previews(vms, nodes):
        if isinstance(found, str):
            failures.append(found)
        else:
            yield found
