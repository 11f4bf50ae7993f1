"""Pieces of HTML."""

from __future__ import annotations

from html import escape

from rtlint import TYPE_CHECKING
from rtlint.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def as_text(text: str) -> str:
    """Text for the page: nothing in it is markup, nor turns the reading direction."""
    return escape(visible(text))


def listing(items: Iterable[str]) -> str:
    """A list of items that are HTML already."""
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>\n"


def definitions(pairs: Iterable[tuple[str, str]], name: str) -> str:
    """Labels with texts that are HTML already; a label of "" goes on with the one before.

    `name` is the list's class.
    """
    grouped: dict[str, list[str]] = {}
    label = ""
    for key, text in pairs:
        label = key or label
        grouped.setdefault(label, []).append(text)
    items = (
        f"<div><dt>{key}</dt><dd>{'<br>'.join(texts)}</dd></div>" for key, texts in grouped.items()
    )
    return f'<dl class="{name}">{"".join(items)}</dl>\n'


def grid(caption: str, headings: Sequence[str], rows: Iterable[str]) -> str:
    """A table of rows that are HTML already."""
    head = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    return (
        f"<table>\n<caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>{''.join(rows)}</tbody>\n</table>\n"
    )


def row(cells: Iterable[str], attributes: str = "") -> str:
    """A table's row of cells that are HTML already; the first is its heading."""
    first, *others = cells
    data = "".join(f"<td>{text}</td>" for text in others)
    return f'<tr{attributes}><th scope="row">{first}</th>{data}</tr>\n'
