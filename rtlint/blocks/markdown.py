"""The fenced code blocks of Markdown.

markdown-it reads the blocks of a text and says their lines. It is CommonMark but for what site
generators add: what an admonition or a tab holds is indented (Python-Markdown, PyMdown), code in
HTML tags is read (MDX), and there is no indented code, which has no language.
"""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt

from rtlint import TYPE_CHECKING
from rtlint.blocks.code import Code, front_matter, language_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.rules_block import StateBlock

_RULES = ["fence", "blockquote", "hr", "list", "heading"]
# `!!! note`, `??? note`, `???+ note`, `=== "Tab"`.
_CONTAINER = re.compile(r"(?:!!!|\?\?\?\+?|===[!+]?)[ \t]+\S")
_INDENT = 4
# What ends HTML that holds no Markdown, by how it begins (CommonMark 0.31.2, 4.6, kinds 1 and 2).
_RAW = re.compile(r"<(?:(!--)|(pre|script|style|textarea)(?=[\s>]|$))", re.IGNORECASE)


def code(lines: Sequence[str]) -> Iterator[Code]:
    """The fenced code blocks, in order; what stands inside of another block of code is none."""
    head = front_matter(lines)
    text = "\n".join([*[""] * head, *lines[head:]])
    for token in _parser().parse(text):
        if token.type == "fence" and token.map is not None:
            content = token.content.removesuffix("\n")
            inner = content.split("\n") if token.content else []
            yield Code(language_of(token.info), token.map[0], token.map[0] + 1, inner)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero").enable(_RULES)
    # What stands inside of paragraphs is not asked for.
    parser.core.ruler.enableOnly(["normalize", "block"])
    for name, rule in (("raw_html", _raw_html), ("container", _container)):
        parser.block.ruler.before("fence", name, rule, {"alt": ["paragraph", "blockquote", "list"]})
    return parser


def _raw_html(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A comment, or an element that holds text as it is."""
    found = _RAW.match(_line(state, start))
    if found is None:
        return False
    if silent:
        return True
    close = "-->" if found[1] else f"</{found[2].lower()}"
    line = start
    while line + 1 < end and close not in _line(state, line).lower():
        line += 1
    state.line = line + 1
    return True


def _container(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block whose content is indented: it is read as that of a list is."""
    if not _CONTAINER.match(_line(state, start)):
        return False
    if silent:
        return True
    indent = state.sCount[start] + _INDENT
    last = start + 1
    while last < end and (state.isEmpty(last) or state.sCount[last] >= indent):
        last += 1
    outer = state.blkIndent, state.lineMax, state.parentType
    state.blkIndent, state.lineMax, state.parentType = indent, last, "container"
    state.level += 1
    state.md.block.tokenize(state, start + 1, last)
    state.level -= 1
    state.blkIndent, state.lineMax, state.parentType = outer
    state.line = last
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]
