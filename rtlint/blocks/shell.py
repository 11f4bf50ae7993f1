"""Manifests that a block of shell commands hands to kubectl or oc as here-documents."""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING
from rtlint.blocks.code import Code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# `<<EOF`, `<<-EOF`, `<< 'EOF'`, `<<\EOF`; `<<<` hands over a string, and `1<<2` is arithmetic.
_OPERATOR = re.compile(
    r"""(?<!<)<<(?P<dash>-?)[ \t]*(?:(?P<quote>["'])(?P<quoted>.+?)(?P=quote)"""
    r"""|\\?(?P<plain>[A-Za-z_][\w.-]*))"""
)
# Also by its path, and KubeVirt's own `cluster-up/kubectl.sh`.
_COMMAND = re.compile(r"(?<![\w.-])(?:kubectl(?:\.sh)?|oc)(?![\w.-])")
_FILE = re.compile(r"(?:>|\btee\b)[ \t]*([^\s<>|&;]+)")
# A command at the beginning of a line: of a session that is marked as the YAML that it shows, or,
# behind a `#`, of YAML that the next lines are none of.
_SESSION = re.compile(r"(?:\S*[$%][ \t]*|)(?:kubectl|oc|virtctl|cat[ \t]*<<)(?![\w.:-])|\$ \S")
_COMMENTED = re.compile(r"^#[ \t]*(?:kubectl|oc|virtctl)[ \t]", re.MULTILINE)
# What an interactive shell shows before each further line of a command.
_FURTHER = re.compile(r">(?: |$)")


def is_session(lines: Sequence[str]) -> bool:
    """Whether lines are commands with what they print."""
    return any(map(_SESSION.match, lines))


def has_command(text: str) -> bool:
    """Whether a command stands in a comment, so that the lines behind it may be its output."""
    return _COMMENTED.search(text) is not None


def here_documents(code: Code) -> Iterator[Code]:
    """The here-documents of a block that a command hands to kubectl or oc, in order.

    That may be by a file, which another command of the block names.
    """
    found = list(_here_documents(code))
    takers = [command for command, _ in found if _COMMAND.search(command)]
    for command, document in found:
        files = _FILE.findall(command)
        if document is None:
            continue
        if command in takers or any(file in taker for file in files for taker in takers):
            yield document


def _here_documents(code: Code) -> Iterator[tuple[str, Code | None]]:
    """Each command with its here-document, if it has one."""
    lines, number = code.lines, 0
    while number < len(lines):
        command = lines[number]
        number += 1
        while command.endswith("\\") and number < len(lines):
            command = f"{command[:-1]} {lines[number]}"
            number += 1
        opened = list(_OPERATOR.finditer(command))
        if not opened:
            yield command, None
        for here in opened:
            content = list(_content(lines, number, here))
            yield command, Code("yaml", code.top, code.first + number, content)
            number += len(content) + 1


def _content(lines: Sequence[str], start: int, here: re.Match[str]) -> Iterator[str]:
    """The lines of a here-document, which ends with the block where nothing else ends it."""
    end = here["quoted"] or here["plain"]
    has_prompts = start < len(lines) and _FURTHER.match(lines[start]) is not None
    for number in range(start, len(lines)):
        line = lines[number]
        if has_prompts and (further := _FURTHER.match(line)):
            line = line[further.end() :]
        if here["dash"]:
            line = line.lstrip("\t")
        if line.rstrip() == end:
            return
        yield line
