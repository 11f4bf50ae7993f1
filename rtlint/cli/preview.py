"""`rtlint preview`: what KubeVirt makes of each VM."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rtlint.cli.files import UNUSABLE, say, write_output
from rtlint.cli.options import (
    cluster_option,
    instancetypes_option,
    limit_option,
    output_file_option,
    release_option,
)
from rtlint.config.limits import read_limits
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.conversion.host import Host, parse_cpulist, parse_host
from rtlint.limits import Limits
from rtlint.lint.run import may_hold_objects
from rtlint.lint.settings import Settings
from rtlint.preview.effective import render as render_effective
from rtlint.preview.model import Node, Previewed, previewed, virtual_machines
from rtlint.project.discover import discover
from rtlint.project.files import Unusable, read_bytes
from rtlint.project.known import Parsed, gather
from rtlint.tuples import NamedTuple
from rtlint.yaml.compose import compose
from rtlint.yaml.source import Source, Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.releases import Release
    from rtlint.kubevirt.workload import Workload
    from rtlint.project.files import Named

REFUSED = 1


class Read(NamedTuple):
    """A file that was read; `named` where the user named that file itself."""

    parsed: Parsed
    named: bool


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
@click.option(
    "--effective",
    is_flag=True,
    help="Print the VMI after the merge with its instancetype, with where each value comes from.",
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
@limit_option
def command(
    paths: tuple[str, ...],
    release: Release,
    cluster: Cluster | None,
    instancetypes: tuple[str, ...],
    effective: bool,
    host: Host | None,
    cpuset: tuple[int, ...] | None,
    output_format: str,
    output_file: str | None,
    limits: dict[str, str],
) -> None:
    """Show what KubeVirt makes of each realtime VM.

    The domain XML, where each vCPU runs and how it is scheduled, the PMU, the pod. PATH is a file,
    a folder that is walked, or - for standard input; without one it is the current folder. Of a
    file that is named every VM is shown, realtime or not. Exit status: 0 every preview was made,
    1 KubeVirt would refuse a VM or fail on it, 2 wrong usage, or a file or VM that cannot be read.
    """
    failures: list[str] = []
    most = read_limits(limits)
    read = [_read(file, most, failures) for file in discover(paths or (".",))]
    others = [_read(file, most, failures).parsed for file in discover(instancetypes)]
    known = gather([each.parsed for each in read], others, say)
    settings = Settings(
        release, cluster or known.cluster or Cluster(), definitions=known.definitions, limits=most
    )
    vms = list(_vms(read, settings))
    if effective:
        write_output(render_effective(vms), output_file, failures)
        sys.exit(UNUSABLE if failures else 0)
    previews = tuple(_previews(vms, Node(host, cpuset), failures))
    if previews or output_format != "text":
        _write(previews, output_format, output_file, failures)
    elif not failures:
        say("no realtime VM found")
    for failure in failures:
        say(failure)
    if failures:
        sys.exit(UNUSABLE)
    sys.exit(REFUSED if any(each.refused for each in previews) else 0)


def _write(
    previews: tuple[Previewed, ...], form: str, file: str | None, failures: list[str]
) -> None:
    try:
        text = import_module(f"rtlint.preview.{form}").render(previews)
    except Exception as error:
        # No traceback ever reaches a user.
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        failures.append(f"internal error: {what}")
    else:
        write_output(text, file, failures)


def _read(file: Named, limits: Limits, failures: list[str]) -> Read:
    """A file's documents; what cannot be read goes to `failures`."""
    name = "<stdin>" if file.path == "-" else file.path
    nothing = Read(Parsed(Source(name, ""), ()), file.explicit)
    try:
        data = read_bytes(file, limits.file_size)
        if not may_hold_objects(data):
            return nothing
        source = Source(name, decode(data))
    except OSError as error:
        failures.append(f"{name}: {error.strerror or error}")
        return nothing
    except Unreadable as problem:
        failures.append(f"{name}: {problem.message}")
        return nothing
    documents = tuple(compose(source.text, limits=limits))
    for document in documents:
        if isinstance(document, Unreadable):
            place = source.position(min(document.offset or 0, len(source.text)))
            failures.append(f"{name}:{place.line}:{place.column}: {document.message}")
    return Read(Parsed(source, documents), file.explicit)


def _vms(read: list[Read], settings: Settings) -> Iterator[Workload]:
    """The VMs to show: all of a named file, the realtime ones of a folder."""
    for (source, documents), named in read:
        for vm in virtual_machines(source, documents, settings):
            if named or vm.is_realtime:
                yield vm


def _previews(vms: list[Workload], node: Node, failures: list[str]) -> Iterator[Previewed]:
    for vm in vms:
        try:
            found = previewed(vm, node)
        except Exception as error:
            # No traceback ever reaches a user, and the other VMs are still shown.
            what = f"{type(error).__name__}: {error}".splitlines()[0]
            found = f"{vm.object.source.path}: internal error: {what}"
        if isinstance(found, str):
            failures.append(found)
        else:
            yield found
