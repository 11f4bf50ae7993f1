"""`rtlint check --add-suppressions`: write a comment for each finding."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.lint.add_suppressions import Unsuitable, add
from rtlint.project.write import Unwritten, refuse_other_than_files, write_whole
from rtlint.report.text import count
from rtlint.yaml.source import Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rtlint.lint.linted import Linted
    from rtlint.project.content import Tell

_BOM = b"\xef\xbb\xbf"


def add_suppressions(files: Iterable[Linted], tell: Tell) -> None:
    """Write the files, each with comments for all that was found in it."""
    written = findings = 0
    for linted in files:
        path = linted.source.path
        try:
            text, added = add(linted.source, linted.result.diagnostics)
            if added:
                _write(path, linted.source.text, text)
        except (OSError, Unreadable, Unwritten, Unsuitable) as error:
            tell.fail(f"{path}: {error}")
            continue
        written += added > 0
        findings += added
    tell.note(
        f"suppressed {count(findings, 'finding')} in {count(written, 'file')}; replace each `TODO` "
        "with the reason"
        if findings
        else "nothing to suppress"
    )


def _write(path: str, old: str, new: str) -> None:
    refuse_other_than_files(path)
    with open(path, "rb") as file:
        data = file.read()
    if decode(data) != old:
        raise Unwritten("the file changed while it was read; it was not written")
    bom = _BOM if data.startswith(_BOM) else b""
    write_whole(path, bom + new.encode(), data)
