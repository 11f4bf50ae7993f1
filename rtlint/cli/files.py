"""From paths to linted, and to fixed, files."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from rtlint.cli.discover import discover
from rtlint.lint.run import Result, gives_out_whole_cores, is_worth_reading, lint_bytes
from rtlint.report.model import Linted
from rtlint.yaml.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rtlint.lint.settings import Settings

_BOM = b"\xef\xbb\xbf"


class Content(NamedTuple):
    """A file as it was read.

    `name` is what the report calls it, `path` where it lies ("-" is standard input). `data` is
    None where it cannot hold a KubeVirt object.
    """

    name: str
    path: str
    data: bytes | None
    gives_out_whole_cores: bool


class Fix(NamedTuple):
    """What to do with fixes: make the unsafe ones too, and write the files or leave them."""

    unsafe: bool
    write: bool


def lint_files(
    paths: tuple[str, ...],
    settings: Settings,
    stdin_name: str,
    fix: Fix | None,
    fail: Callable[[str], None],
) -> Iterator[Linted]:
    """Lint each file, or fix it and lint what it has become.

    What cannot be read or written, and rtlint's own errors, are told to `fail`; the other files
    are still linted.
    """
    contents = list(_read_all(paths, stdin_name, fail))
    if any(content.gives_out_whole_cores for content in contents):
        cluster = replace(settings.cluster, full_pcpus_only=True)
        settings = replace(settings, cluster=cluster)
    for content in contents:
        if content.data is None:
            yield Linted(Source(content.name, ""), Result())
            continue
        try:
            if fix is not None:
                yield _fix_file(content, content.data, settings, fix, fail)
            else:
                yield Linted(*lint_bytes(content.name, content.data, settings))
        except Exception as error:
            # No traceback ever reaches a user.
            what = f"{type(error).__name__}: {error}".splitlines()[0]
            fail(f"{content.name}: internal error: {what}")


def _read_all(
    paths: tuple[str, ...], stdin_name: str, fail: Callable[[str], None]
) -> Iterator[Content]:
    for file in discover(paths):
        name = stdin_name if file.path == "-" else file.path
        try:
            data = sys.stdin.buffer.read() if file.path == "-" else _read_file(file.path)
        except OSError as error:
            fail(f"{name}: {error.strerror or error}")
            continue
        is_kept = file.path == "-" or is_worth_reading(name, data, file.explicit)
        kept = data if is_kept else None
        yield Content(name, file.path, kept, gives_out_whole_cores(data))


def _read_file(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _fix_file(
    content: Content, data: bytes, settings: Settings, fix: Fix, fail: Callable[[str], None]
) -> Linted:
    """Fix one file and write it; where that fails, what linting found in it as it is."""
    from rtlint.cli.write import Unwritten
    from rtlint.lint import fixing

    source, result = lint_bytes(content.name, data, settings)
    linted, new = Linted(source, result), data
    if any(diagnostic.fix for diagnostic in result.diagnostics):
        try:
            fixed = fixing.fix(source, settings, fix.unsafe)
        except fixing.Broken as error:
            fail(f"{content.name}: internal error: {error}")
        else:
            linted = Linted(fixed.source, fixed.result, fixed.applied, source)
            bom = _BOM if data.startswith(_BOM) else b""
            new = bom + fixed.source.text.encode()
    try:
        if fix.write:
            _put(content.path, new, data)
    except Unwritten as error:
        fail(f"{content.name}: {error}")
        return Linted(source, result)
    return linted


def _put(path: str, new: bytes, old: bytes) -> None:
    """Standard input goes on to standard output, fixed or not; a file is written if it changed."""
    from rtlint.cli.write import write_whole

    if path == "-":
        sys.stdout.buffer.write(new)
    elif new != old:
        write_whole(path, new, old)
