"""Templates: text that is no YAML until somebody renders it."""

from __future__ import annotations

import os
import re

from rtlint import TYPE_CHECKING
from rtlint.tuples import NamedTuple
from rtlint.yaml.nodes import odd_keys
from rtlint.yaml.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal

    from rtlint.yaml.nodes import Document
    from rtlint.yaml.source import Source

    Language = Literal["Helm", "Go", "Jinja", "envsubst"]


_PLACE = re.compile(r"\{\{|\{%|\$\{")
_STATEMENT = re.compile(r"\{%[-+]?\s*\w+|\{#")
_STATEMENT_LINE = re.compile(r"^[ \t]*\{[{%]", re.MULTILINE)
_GO = re.compile(
    r"\{\{-?\s*(?:[.$]|(?:if|range|with|end|else|include|template|define|block|toYaml)\b|/\*)"
)


class Template(NamedTuple):
    """A file that is skipped; `offset` is where it first shows that it is a template."""

    language: Language
    offset: int


def recognise(
    source: Source, documents: Iterable[Document | Unreadable], is_named_so: bool
) -> Template | None:
    """What template a text is; None for one that is valid YAML, or shows no sign of a template.

    A file that is named as one is one.
    """
    place = _PLACE.search(source.text)
    if is_named_so:
        return Template(_language(source), 0 if place is None else place.start())
    if place is None or not _is_broken(source.text, documents):
        return None
    return Template(_language(source), place.start())


def _is_broken(text: str, documents: Iterable[Document | Unreadable]) -> bool:
    """Whether placeholders keep a document from being read, or `{{ name }}` is a mapping as a key.

    A script in the same file may hold `${…}`, and the mistake be another: so it is the lines at
    the mistake that count, or one that begins as a template's statement.
    """
    has_statement = _STATEMENT_LINE.search(text) is not None
    for document in documents:
        if isinstance(document, Unreadable):
            if has_statement or _PLACE.search(_lines_at(text, document.offset or 0)):
                return True
        elif any(text[key.offset or 0] == "{" for key in odd_keys(document.root)):
            return True
    return False


def _lines_at(text: str, offset: int) -> str:
    """The offset's line and the two before it."""
    start = offset
    for _ in range(3):
        start = max(text.rfind("\n", 0, start), 0)
    end = text.find("\n", offset)
    return text[start : end if end >= 0 else len(text)]


def _language(source: Source) -> Language:
    text = source.text
    if source.path.endswith(".j2"):
        return "Jinja"
    if "{{" not in text and "{%" not in text:
        return "envsubst"
    if _STATEMENT.search(text):
        return "Jinja"
    if _is_in_chart(source.path):
        return "Helm"
    return "Go" if _GO.search(text) else "Jinja"


def _is_in_chart(path: str) -> bool:
    folder = os.path.dirname(os.path.abspath(path))
    while not os.path.exists(os.path.join(folder, "Chart.yaml")):
        parent = os.path.dirname(folder)
        if parent == folder or os.path.exists(os.path.join(folder, ".git")):
            return False
        folder = parent
    return True
