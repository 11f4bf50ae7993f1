"""What several commands share: options, files to read, a place to write."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rtlint.kubernetes.fields import PLACEHOLDER, UnknownValue, split_path
from rtlint.kubernetes.objects import Object, objects
from rtlint.kubevirt.cluster import Cluster, read_cluster
from rtlint.kubevirt.releases import NEWEST, Release, parse_release
from rtlint.yaml.compose import compose
from rtlint.yaml.source import Source, Unreadable, decode

if TYPE_CHECKING:
    from rtlint.cli.discover import Named

UNUSABLE = 2


class Unusable(click.ClickException):
    """What the user handed in cannot be used: one line on standard error, exit status 2."""

    exit_code = UNUSABLE

    def show(self, file: Any = None) -> None:  # noqa: ARG002 - click's signature
        click.echo(f"rtlint: {self.message}", err=True)


def read_bytes(file: Named) -> bytes:
    """The file's content, standard input for `-`. Raises OSError."""
    return sys.stdin.buffer.read() if file.path == "-" else Path(file.path).read_bytes()


def write_output(text: str, file: str | None, failures: list[str]) -> None:
    """Write a report, whole, to the file or to standard output; why not goes to `failures`."""
    # A path's bytes that are no UTF-8 come as surrogates, which no encoder takes.
    data = text.encode("utf-8", "backslashreplace")
    try:
        if file is not None:
            Path(file).write_bytes(data)
        else:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
    except OSError as error:
        failures.append(f"{file or 'standard output'}: {error.strerror or error}")


def _release(_: click.Context, __: click.Parameter, text: str | None) -> Release:
    try:
        return NEWEST if text is None else parse_release(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _cluster(_: click.Context, __: click.Parameter, path: str | None) -> Cluster | None:
    return None if path is None else load_cluster(path)


release_option = click.option(
    "--kubevirt-version",
    "release",
    callback=_release,
    metavar="VERSION",
    help="The target release, such as v1.9 or v0.58.0.  [default: the newest]",
)
cluster_option = click.option(
    "--cluster",
    callback=_cluster,
    metavar="FILE",
    help="The cluster's KubeVirt object, as YAML.  [default: KubeVirt's own settings]",
)
output_file_option = click.option(
    "--output-file",
    type=click.Path(dir_okay=False),
    help="Write the report there instead of standard output.",
)


def load_cluster(path: str) -> Cluster:
    """The settings of the one KubeVirt object in a file.

    Raises Unusable, with file and line, where there is none or more than one, or where a setting
    cannot be read.
    """
    try:
        source = Source(path, decode(Path(path).read_bytes()))
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror or error}") from None
    except Unreadable as problem:
        raise Unusable(f"{path}:1: {problem.message}") from None
    found = []
    for document in compose(source.text):
        if isinstance(document, Unreadable):
            line = source.position(min(document.offset or 0, len(source.text))).line
            raise Unusable(f"{path}:{line}: {document.message}")
        for obj in objects(source, document, frozenset({"kubevirt.io"})):
            if is_cluster(obj):
                found.append(obj)
    if not found:
        raise Unusable(f"{path}:1: the file holds no KubeVirt object; give the cluster's own")
    if len(found) > 1:
        line = source.position(found[1].node.start).line
        raise Unusable(f"{path}:{line}: a second KubeVirt object; a cluster has only one")
    return cluster_of(found[0])


def is_cluster(obj: Object) -> bool:
    return obj.kind == "KubeVirt" and obj.group == "kubevirt.io"


def cluster_of(obj: Object) -> Cluster:
    """The settings of a KubeVirt object. Raises Unusable, with file and line."""
    try:
        return read_cluster(obj.data)
    except UnknownValue as unknown:
        raise Unusable(unknown_value(obj, unknown.path)) from None


def unknown_value(obj: Object, path: str) -> str:
    """What to say of a field of the object that cannot be read, with its file, line and column."""
    place = obj.source.position(obj.span(path).start)
    where = f"{obj.source.path}:{place.line}:{place.column}: {obj.full_path(path)}"
    if _holds_placeholder(obj, path):
        return f"{where} holds a placeholder; give the rendered manifest"
    return f"{where} holds a value that KubeVirt refuses"


def _holds_placeholder(obj: Object, path: str) -> bool:
    value: Any = obj.data
    for part in split_path(path):
        if value is PLACEHOLDER:
            break
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return False
    return value is PLACEHOLDER
