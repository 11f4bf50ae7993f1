"""New YAML text for new values, in the style of what surrounds them."""

from __future__ import annotations

import json
import re

from rtlint import TYPE_CHECKING
from rtlint.tuples import NamedTuple
from rtlint.yaml.scalars import resolve
from rtlint.yaml.text_edit import Withheld

if TYPE_CHECKING:
    from typing import Any

# What stays readable and unmistakable without quotes: words, names with dots, sizes (`1Gi`).
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*|[0-9]+[A-Za-z]+")


class Style(NamedTuple):
    """How the surrounding text is written.

    `step` is the indentation of a nested mapping, `dash` that of a list below its key, both in
    blanks; `json` means quoted keys, `colon` is what stands behind one in braces.
    """

    json: bool = False
    step: int = 2
    dash: int = 2
    newline: str = "\n"
    colon: str = ": "


class Raw(NamedTuple):
    """An entry's text behind its key, as it stood elsewhere: from the `:` on, line by line.

    The lines after the first have lost the indentation of their key; `above` are the comment lines
    that go with it. `inline` tells whether it can stand in braces.
    """

    lines: tuple[str, ...]
    above: tuple[str, ...] = ()
    inline: bool = False


def render_scalar(value: Any, quote: str = "") -> str:
    """A scalar's text; `quote` is the quotation mark to use for a string, "" for none needed."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    if quote == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if not quote and _BARE.fullmatch(value) and isinstance(resolve(value), str):
        return value
    return json.dumps(value, ensure_ascii=False)


def render_key(key: str, as_json: bool = False) -> str:
    if as_json:
        return json.dumps(key, ensure_ascii=False)
    # A label's or annotation's name needs no quotes as a key.
    is_plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9_./-]*", key) and isinstance(resolve(key), str)
    return key if is_plain else json.dumps(key, ensure_ascii=False)


def render_flow(value: Any, as_json: bool, colon: str = ": ") -> str:
    """Any value on one line; in JSON's form where the surroundings are JSON.

    `colon` is what stands between a key and its value: without a blank in it none is put anywhere.
    """
    comma = ", " if colon.endswith(" ") else ","
    if isinstance(value, dict):
        entries = (flow_entry(k, v, as_json, colon) for k, v in value.items())
        return "{" + comma.join(entries) + "}"
    if isinstance(value, list):
        return "[" + comma.join(render_flow(item, as_json, colon) for item in value) + "]"
    return render_scalar(value, '"' if as_json else "")


def flow_entry(key: str, value: Any, as_json: bool, colon: str) -> str:
    """`key: value` in braces. Raises Withheld for raw text that cannot stand there."""
    if not isinstance(value, Raw):
        return f"{render_key(key, as_json)}{colon}{render_flow(value, as_json, colon)}"
    if not value.inline:
        raise Withheld("The field does not fit inside the braces; move it by hand")
    behind = value.lines[0].strip()
    if behind == ":":
        behind = f"{colon}null"
    return render_key(key, as_json) + (behind if as_json else _spaced(behind))


def _spaced(behind: str) -> str:
    """What stands behind a key, with the blank behind the colon that JSON does without."""
    return re.sub(r"\A[ \t]*:(?=[^ \t])", ": ", behind)


def render_entry(key: str, value: Any, indent: int, style: Style) -> str:
    """`key: value` in block style; lines after the first are indented by `indent` blanks."""
    name = render_key(key, style.json)
    if isinstance(value, Raw):
        margin = style.newline + " " * indent
        # A blank line stays one.
        rest = ((margin if line else style.newline) + line for line in value.lines[1:])
        first = margin.join([*value.above, name + _spaced(value.lines[0])])
        return first + "".join(rest)
    if isinstance(value, dict) and value:
        inner = indent + style.step
        lines = (render_entry(k, v, inner, style) for k, v in value.items())
        return f"{name}:" + "".join(style.newline + " " * inner + line for line in lines)
    if isinstance(value, list) and value:
        inner = indent + style.dash
        items = (render_item(item, inner, style) for item in value)
        return f"{name}:" + "".join(style.newline + " " * inner + item for item in items)
    return f"{name}: {render_flow(value, style.json)}"


def render_item(value: Any, indent: int, style: Style) -> str:
    """`- value` in block style; lines after the first are indented by `indent` blanks."""
    if isinstance(value, dict) and value:
        inner = indent + 2
        lines = [render_entry(k, v, inner, style) for k, v in value.items()]
        return "- " + (style.newline + " " * inner).join(lines)
    return f"- {render_flow(value, style.json)}"
