"""`rtlint preview`: what KubeVirt makes of each VM."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from rtlint.cli.cluster import cluster_among, unknown_value
from rtlint.cli.discover import discover
from rtlint.cli.files import UNUSABLE, Unusable, read_bytes, write_output
from rtlint.cli.options import cluster_option, output_file_option, release_option
from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubernetes.objects import Object, objects
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.host import Host, parse_cpulist, parse_host
from rtlint.kubevirt.workload import GROUPS, Workload, workload
from rtlint.lint.run import may_hold_objects
from rtlint.preview.model import Previewed, make_preview
from rtlint.yaml.compose import compose
from rtlint.yaml.source import Source, Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.cli.discover import Named
    from rtlint.kubevirt.releases import Release

REFUSED = 1


class Found(NamedTuple):
    """An object of a file; `named` where the user named that file itself."""

    object: Object
    named: bool


class Node(NamedTuple):
    """What is known of the node: None where it is to be assumed."""

    host: Host | None
    cpuset: tuple[int, ...] | None


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
def command(
    paths: tuple[str, ...],
    release: Release,
    cluster: Cluster | None,
    host: Host | None,
    cpuset: tuple[int, ...] | None,
    output_format: str,
    output_file: str | None,
) -> None:
    """Show what KubeVirt makes of each realtime VM.

    The domain XML, where each vCPU runs and how it is scheduled, the PMU, the pod. PATH is a file,
    a folder that is walked, or - for standard input; without one it is the current folder. Of a
    file that is named every VM is shown, realtime or not. Exit status: 0 every preview was made,
    1 KubeVirt would refuse a VM or fail on it, 2 wrong usage, or a file or VM that cannot be read.
    """
    failures: list[str] = []
    found = [each for file in discover(paths or (".",)) for each in _read(file, failures)]
    if cluster is None:
        cluster, note = cluster_among(each.object for each in found)
        if note is not None:
            click.echo(f"rtlint: {note}", err=True)
    previews = tuple(_previews(found, release, cluster, Node(host, cpuset), failures))
    if previews or output_format != "text":
        _write(previews, output_format, output_file, failures)
    elif not failures:
        click.echo("rtlint: no realtime VM found", err=True)
    for failure in failures:
        click.echo(f"rtlint: {failure}", err=True)
    if failures:
        sys.exit(UNUSABLE)
    sys.exit(REFUSED if any(previewed.refused for previewed in previews) else 0)


def _write(
    previews: tuple[Previewed, ...], form: str, file: str | None, failures: list[str]
) -> None:
    try:
        write_output(import_module(f"rtlint.preview.{form}").render(previews), file, failures)
    except Exception as error:
        # No traceback ever reaches a user.
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        failures.append(f"internal error: {what}")


def _read(file: Named, failures: list[str]) -> Iterator[Found]:
    """The KubeVirt objects of a file; what cannot be read goes to `failures`."""
    name = "<stdin>" if file.path == "-" else file.path
    try:
        data = read_bytes(file)
        if not may_hold_objects(data):
            return
        source = Source(name, decode(data))
    except OSError as error:
        failures.append(f"{name}: {error.strerror or error}")
        return
    except Unreadable as problem:
        failures.append(f"{name}: {problem.message}")
        return
    for document in compose(source.text):
        if isinstance(document, Unreadable):
            place = source.position(min(document.offset or 0, len(source.text)))
            failures.append(f"{name}:{place.line}:{place.column}: {document.message}")
            continue
        for obj in objects(source, document, GROUPS):
            yield Found(obj, file.explicit)


def _previews(
    found: list[Found], release: Release, cluster: Cluster, node: Node, failures: list[str]
) -> Iterator[Previewed]:
    for obj, named in found:
        vm = workload(obj, release, cluster)
        # A preset makes no VM by itself.
        if vm is None or vm.is_preset or not (named or vm.is_realtime):
            continue
        try:
            yield _preview(vm, node)
        except UnknownValue as unknown:
            failures.append(unknown_value(obj, vm.at(unknown.path)))
        except Unusable as error:
            failures.append(error.message)
        except Exception as error:
            # No traceback ever reaches a user, and the other VMs are still shown.
            what = f"{type(error).__name__}: {error}".splitlines()[0]
            failures.append(f"{obj.source.path}: internal error: {what}")


def _preview(vm: Workload, node: Node) -> Previewed:
    if vm.spec.partial:
        place = vm.object.source.position(vm.object.node.start)
        raise Unusable(
            f"{vm.object.source.path}:{place.line}: the VM's instancetype or preference is not "
            "known, so its preview is not, either"
        )
    return make_preview(vm, host=node.host, cpuset=node.cpuset)
