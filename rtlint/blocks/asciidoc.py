"""The code blocks of AsciiDoc.

There is no parser in Python that says lines. Code is found line by line: what delimits text that is
taken as it is, and what says above it that it is code. All else (sections, lists, tables, blocks
that hold others) is passed over, so that code is found in it too. Source: AsciiDoc's documentation
(docs.asciidoctor.org, Verbatim Blocks) and Asciidoctor 2.0, parser.rb.
"""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING
from rtlint.blocks.code import Code, front_matter, language_of
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Text that is taken as it is ends at the line that it began with: listings, literal text,
# passthroughs, comments, and fences as Markdown has them.
_DELIMITER = re.compile(r"(?P<indent>[ \t]*)(?P<mark>-{4,}|\.{4,}|\+{4,}|/{4,}|```)(?P<info>.*)")
_OPEN_BLOCK = re.compile(r"(?P<indent>)(?P<mark>--)(?P<info>)")
# A cell of a table may begin before the attributes: `a|[source,yaml]`.
_ATTRIBUTES = re.compile(r"(?:[^\[]*\|)?[ \t]*\[(?P<list>[^\]\[]*(?:\[[^\]]*\][^\]\[]*)*)\][ \t]*")
_ITEM = re.compile(r"""((?:[^,"']|"[^"]*"|'[^']*')*)(?:,|$)""")
# Beside those, what may stand between the attributes and the block: a title, a comment, an anchor.
_BETWEEN = re.compile(r"\.[^\s.].*|//(?!//).*|[ \t]*|(?:if|ifn)def::.*|endif::.*")
_DEFAULT = re.compile(r":source-language:[ \t]*(\S+)")
# Of a longer line that begins as attributes do, nobody knows what it is.
_LONGEST = 1_000


class _Marked(NamedTuple):
    """The attributes above a block: the line they begin on, and the language that they say."""

    top: int
    language: str | None = None


def code(lines: Sequence[str]) -> Iterator[Code]:
    """The blocks of code with a language, in order."""
    number, default = front_matter(lines), ""
    marked: _Marked | None = None
    # Where text began that goes on; None outside of any.
    text: int | None = None
    while number < len(lines):
        line = lines[number]
        is_code = marked is not None and marked.language is not None
        opened = _opened(line, is_code)
        if opened is not None and not (text == number - 1 and _is_underline(lines, number)):
            end = _end(lines, number, opened)
            yield from _block(lines, number, end, opened, marked, default)
            marked, text, number = None, None, end + 1
        elif attributes := _ATTRIBUTES.fullmatch(line, 0, _LONGEST):
            top, said = (number, None) if marked is None else marked
            language = _language(attributes["list"])
            marked = _Marked(top, said if language is None else language)
            text, number = None, number + 1
        elif marked is None or _BETWEEN.fullmatch(line):
            if not line.strip():
                text = None
            elif text is None:
                text = number
            said_default = _DEFAULT.match(line)
            default = said_default[1].lower() if said_default else default
            number += 1
        elif is_code and line[0] not in " \t=|":
            # Without a delimiter the block is a paragraph.
            end = next((n for n in range(number, len(lines)) if not lines[n].strip()), len(lines))
            yield Code(marked.language or default, marked.top, number, lines[number:end])
            marked, number = None, end
        else:
            marked = None


def _opened(line: str, is_code: bool) -> re.Match[str] | None:
    """The delimiter of text that is taken as it is; of code it may be that of an open block."""
    if is_code and line.rstrip() == "--":
        return _OPEN_BLOCK.match(line)
    found = _DELIMITER.fullmatch(line)
    if found is not None and found["mark"] != "```" and found["info"].strip():
        return None
    return found


def _is_underline(lines: Sequence[str], number: int) -> bool:
    """Whether a line is as long as the one above, which it makes a title then, in the old style."""
    above, line = lines[number - 1].rstrip(), lines[number].rstrip()
    return (
        line[0] in "-+" and abs(len(above) - len(line)) <= 1 and re.search(r"\w", above) is not None
    )


def _end(lines: Sequence[str], start: int, opened: re.Match[str]) -> int:
    """The line that ends a block; one that is never closed ends with the file."""
    close = opened["indent"] + opened["mark"]
    found = (n for n in range(start + 1, len(lines)) if lines[n].rstrip() == close)
    return next(found, len(lines))


def _block(
    lines: Sequence[str],
    start: int,
    end: int,
    opened: re.Match[str],
    marked: _Marked | None,
    default: str,
) -> Iterator[Code]:
    top = start if marked is None else marked.top
    language = None if marked is None else marked.language
    if opened["mark"] == "```":
        language = language or language_of(opened["info"])
    elif opened["mark"][0] not in "-." or language is None:
        return
    indent = len(opened["indent"])
    inner = [_without(line, indent) for line in lines[start + 1 : end]]
    yield Code(language or default, top, start + 1, inner)


def _without(line: str, indent: int) -> str:
    """A line without the indentation of its block, or as much of it as it has."""
    return line[min(indent, len(line) - len(line.lstrip(" \t"))) :]


def _language(attributes: str) -> str | None:
    """The language of a block of code, "" for one that says none; None for all other blocks."""
    items = [match[1].strip() for match in _ITEM.finditer(attributes)]
    plain = [item for item in items if "=" not in item]
    named = dict(item.split("=", 1) for item in items if "=" in item)
    # An id, roles and options stand behind the style: `[source#vm.wide%linenums,yaml]`.
    style = re.split(r"[#.%]", plain[0])[0] if plain else ""
    language = plain[1] if len(plain) > 1 else named.get("language", "")
    if style in ("source", "listing") or (not style and len(plain) > 1):
        return language.strip("\"'").lower()
    return None
