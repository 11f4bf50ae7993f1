"""Which field of which object the cursor is in, in half-written text too.

Only the text up to the cursor is parsed, with a marker behind it: what follows may be anything.
"""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.schema.api import kinds
from rtlint.platform.objects import is_of_platform
from rtlint.tuples import NamedTuple
from rtlint.yaml.parse import events
from rtlint.yaml.source import Unreadable

if TYPE_CHECKING:
    from typing import Any

    from rtlint.kubevirt.schema.paths import Parts

_MARKER = "rtlint-cursor"
_DOCUMENT = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
# Behind a key and its colon: a value, as far as it is written. A mask has commas in it.
_VALUE = re.compile(
    r"""(?P<head>.*[^\s:,{\[]["']?:[ \t]+)"""
    r"""(?P<word>"[^"]*"?|'[^']*'?|[^"'{}\[\],#]*(?:,[\d^-]+)*)""",
    re.DOTALL,
)
_VALUE_ON = re.compile(r"""["']?[^"'#{}\[\]\s]*""")
_WORD = re.compile(r"[\w./-]*\Z")
_WORD_ON = re.compile(r"[\w./-]*")


class Cursor(NamedTuple):
    """`path` is the field's, within the object of that version and kind; `known` are its siblings.

    Where a key is being written `path` is that of its mapping, and `word` what stands there.
    """

    api_version: str
    kind: str
    path: Parts
    is_key: bool
    word: str
    known: frozenset[str]

    @property
    def is_foreign(self) -> bool:
        """Whether the object is the platform's and none of KubeVirt's API."""
        return (self.api_version, self.kind) not in kinds()


def cursor_at(text: str, offset: int) -> Cursor | None:
    """The cursor at an offset; None where it is in no object that rules read."""
    marks = [match.start() for match in _DOCUMENT.finditer(text, 0, offset)]
    top = marks[-1] if marks else 0
    before = text[top:offset]
    line = before.rpartition("\n")[2]
    if "#" in line and re.search(r"(?:^|\s)#", line):
        return None
    value = _VALUE.fullmatch(line)
    if value is not None:
        word = value["word"]
        head = before[: len(before) - len(word)]
        rest = _VALUE_ON.match(text, offset)
        assert rest is not None
        word += rest[0].rstrip(",")
        return _locate(head + _MARKER, False, word.strip(" \"'"))
    found = _WORD.search(before)
    after = _WORD_ON.match(text, offset)
    assert found is not None and after is not None
    word = found[0] + after[0]
    return _locate(f"{before[: found.start()]}{_MARKER}: ", True, word)


def _locate(text: str, is_key: bool, word: str) -> Cursor | None:
    path, data = _find(text)
    if path is None:
        return None
    siblings = _at(data, path[:-1])
    known = frozenset(siblings) if isinstance(siblings, dict) else frozenset()
    parts = path[:-1] if is_key else path
    for length in range(len(parts) + 1):
        outer = _at(data, parts[:length])
        if isinstance(outer, dict) and _is_known(outer):
            rest = parts[length:]
            return Cursor(outer["apiVersion"], outer["kind"], rest, is_key, word, known - {_MARKER})
    return None


def _is_known(data: dict[str, Any]) -> bool:
    said = data.get("apiVersion"), data.get("kind")
    if said in kinds():
        return True
    api_version, kind = said
    if not (isinstance(api_version, str) and isinstance(kind, str)):
        return False
    return is_of_platform(api_version, kind)


def _find(text: str) -> tuple[Parts | None, Any]:
    """The path to the marker, and the data up to it; None where the text above is broken."""
    builder = _Builder()
    try:
        for event in events(text):
            builder.take(type(event).__name__, getattr(event, "value", None))
            if builder.is_there:
                return tuple(builder.path), builder.root
    except Unreadable:
        pass
    return None, None


class _Builder:
    """Plain data from a parser's events, up to the marker."""

    def __init__(self) -> None:
        self.root: Any = None
        self.path: list[str | int] = []
        self.is_there = False
        # What is being filled, and whether it is a key itself.
        self._open: list[tuple[Any, bool]] = []

    def take(self, kind: str, value: str | None) -> None:
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            self._add({} if kind == "MappingStartEvent" else [], opens=True)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            _, is_key = self._open.pop()
            if self._open and not is_key:
                self.path.pop()
        elif kind in ("ScalarEvent", "AliasEvent"):
            self.is_there = value == _MARKER
            self._add(value, opens=False)

    def _add(self, value: Any, opens: bool) -> None:
        outer = self._open[-1][0] if self._open else None
        is_key = isinstance(outer, dict) and len(self.path) < len(self._open)
        if outer is None:
            self.root = value
        elif isinstance(outer, list):
            outer.append(value)
            self.path.append(len(outer) - 1)
        elif is_key:
            # What follows a key is its value.
            self.path.append(value if isinstance(value, str) else "")
            outer[self.path[-1]] = value if opens else None
        else:
            outer[self.path[-1]] = value
        if opens:
            self._open.append((value, is_key))
        elif self._open and not is_key and not self.is_there:
            self.path.pop()


def _at(data: Any, path: Parts) -> Any:
    for part in path:
        data = data[part]
    return data
