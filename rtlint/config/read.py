"""The text of a configuration file as plain values, each of which knows its line."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce
from operator import getitem

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.objects import plain
from rtlint.tuples import NamedTuple
from rtlint.yaml.compose import compose
from rtlint.yaml.locate import find
from rtlint.yaml.nodes import Mapping, Node, Scalar, solid
from rtlint.yaml.source import Source, Unreadable, decode

if TYPE_CHECKING:
    from typing import Any

Path = tuple[str | int, ...]
_MAX_SIZE = 2**20  # bytes
# tomllib takes quadratic time for a key of many parts.
_MOST_PARTS = 100
_TABLE = ("tool", "rtlint")


class Problem(Exception):  # noqa: N818 - shown to the user with file and line
    """What is wrong with a configuration file, a text for each mistake."""

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


class Text(NamedTuple):
    """A configuration as plain values.

    `line` finds where one stands, counted from 1, `written` how: a bare 1.10 is the number 1.1.
    """

    path: str
    values: dict[str, Any]
    line: Callable[[Path], int]
    written: Callable[[Path], str]


def read(path: str) -> Text:
    """Read a configuration file. Raises Problem where that cannot be done."""
    try:
        with open(path, "rb") as file:
            data = file.read(_MAX_SIZE + 1)
        if len(data) > _MAX_SIZE:
            raise Problem(f"{path}: the file is larger than any configuration")
        text = decode(data)
    except OSError as error:
        raise Problem(f"{path}: {error.strerror or error}") from None
    except Unreadable as error:
        raise Problem(f"{path}:1: {error.message}") from None
    return _read_toml(path, text) if path.endswith(".toml") else _read_yaml(path, text)


def nearest_of(word: str, known: list[str]) -> str:
    """A hint at the name that was probably meant."""
    from difflib import get_close_matches

    near = get_close_matches(word.lower().replace("_", "-"), known, n=1)
    return f"; did you mean `{near[0]}`?" if near else f"; there are {', '.join(known)}"


def split_names(value: Any) -> tuple[str, ...]:
    """Selectors of rules, a list or one text with commas."""
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(part.strip() for part in parts if part.strip())


def _read_yaml(path: str, text: str) -> Text:
    source = Source(path, text)
    documents = list(compose(text))
    for document in documents:
        if isinstance(document, Unreadable):
            line = source.position(min(document.offset or 0, len(text))).line
            raise Problem(f"{path}:{line}: {document.message}")
    if len(documents) > 1:
        raise Problem(f"{path}: the file holds several YAML documents; one is read")
    roots = [document.root for document in documents if not isinstance(document, Unreadable)]
    if not roots or (isinstance(roots[0], Scalar) and roots[0].value is None):
        return Text(path, {}, lambda _: 1, lambda _: "")
    root = roots[0]
    if not isinstance(root, Mapping):
        raise Problem(f"{path}:1: a configuration is a mapping of keys to values")
    return Text(
        path,
        plain(root),
        lambda parts: _yaml_line(source, root, parts),
        lambda parts: _yaml_text(root, parts),
    )


def _yaml_line(source: Source, root: Node, parts: Path) -> int:
    place = find(root, parts)
    return source.position((place.key or place.node).start).line


def _yaml_text(root: Node, parts: Path) -> str:
    node = solid(find(root, parts).node)
    return node.text if isinstance(node, Scalar) else ""


def _read_toml(path: str, text: str) -> Text:
    import tomllib
    from decimal import Decimal

    for number, line in enumerate(text.splitlines(), 1):
        if line.partition("=")[0].count(".") > _MOST_PARTS:
            raise Problem(f"{path}:{number}: the key has more parts than any configuration's")
    try:
        # A decimal keeps the text that a float loses.
        data: Any = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise Problem(f"{path}: {error}") from None
    except RecursionError:
        raise Problem(f"{path}: the nesting is deeper than any configuration's") from None
    for part in _TABLE:
        data = data.get(part, {}) if isinstance(data, dict) else {}
    if not isinstance(data, dict):
        raise Problem(f"{path}: [tool.rtlint] is a table")
    return Text(
        path,
        data,
        lambda parts: _toml_line(text, parts),
        lambda parts: str(reduce(getitem, parts, data)),
    )


def _toml_line(text: str, parts: Path) -> int:
    """The line of a key: tomllib tells none, so its name is looked for behind the table's."""
    names = [part for part in parts if isinstance(part, str)]
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if "tool.rtlint" in line), 0)
    for name in names:
        key = re.compile(rf"""(?:^|[\[.{{,\s"']){re.escape(name)}["']?\s*(?:[=.\]]|$)""")
        start = next((i for i in range(start, len(lines)) if key.search(lines[i])), start)
    return start + 1
