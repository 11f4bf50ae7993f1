"""Configuration files: each is taken whole, or each mistake is told with file and line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st

from fuzz.target import Target
from rtlint.config.load import load
from rtlint.config.read import Problem
from rtlint.config.settings import merged
from rtlint.lint.settings import Settings

_KEYS = ["kubevirt-version", "select", "ignore", "exclude", "per-file-ignores", "severity", "rules",
         "rule-paths", "cluster", "instancetypes", "fail-on", "baseline", "no-suppressions",
         "unsafe-fixes", "color", "quiet", "output-format", "output-file", "jobs", "statistics",
         "verbose", "render"]  # fmt: skip
_VALUES = ["v1.9", "1.5.0", "RT101", "RT2", "RT1,RT2", "cpu-host-passthrough", "error", "warning",
           "never", "auto", "json", "*.yaml", "crio-annotations", "", "no", "y\nz"]  # fmt: skip
_WORDS = [*(f"{key}: " for key in _KEYS), *(f"{key} = " for key in _KEYS), *_VALUES[:-1],
          "[tool.rtlint]", "\n", "[", "]", "{", '"', "'", "- ", "&a ", "*a", "<<: "]  # fmt: skip
# TOML begins with this byte, so that one target does for both.
_TOML = b"#toml\n"
_SCALARS = st.one_of(
    st.sampled_from(_VALUES), st.integers(-1, 5), st.booleans(), st.none(), st.floats(0, 2)
)
_NAMES = st.sampled_from([*_KEYS, *_VALUES[:7]]) | st.text(max_size=4)
_ANY = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=5,
)
_DATA = st.dictionaries(st.sampled_from(_KEYS) | _NAMES, _ANY, max_size=5)


def _as_toml(data: dict[str, object]) -> bytes:
    lines = [f"{json.dumps(key)} = {_toml(value)}" for key, value in data.items()]
    return _TOML + "\n".join(["[tool.rtlint]", *lines]).encode("utf-8", "replace")


def _toml(value: object) -> str:
    if isinstance(value, dict):
        inner = (f"{json.dumps(key)} = {_toml(each)}" for key, each in value.items())
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return '"null"' if value is None else json.dumps(value)


_EXAMPLES = _DATA.map(lambda data: json.dumps(data, indent=1).encode()) | _DATA.map(_as_toml)


def check(data: bytes) -> None:
    is_toml = data.startswith(_TOML)
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("pyproject.toml" if is_toml else ".rtlint.yaml")
        path.write_bytes(data)
        try:
            loaded = load(str(path))
        except Problem as problem:
            for message in problem.messages:
                _check_message(message, str(path), data)
            return
    for key in loaded.values:
        line = int(loaded.place(key).rpartition(":")[2])
        assert 1 <= line <= len(re.findall(b"\r\n|\r|\n", data)) + 1
    settings = merged(
        loaded, loaded.values.get("per-file-ignores", {}), Settings(), frozenset(), ()
    )
    assert set(settings.rules) <= set(Settings().rules)


def _check_message(message: str, path: str, data: bytes) -> None:
    """It names the file and, but for what is about all of it, a line in it."""
    assert message.startswith(f"{path}:"), message
    line = re.match(r":(\d+): ", message.removeprefix(path))
    if line is not None:
        assert 1 <= int(line[1]) <= len(re.findall(b"\r\n|\r|\n", data)) + 1, message


TARGET = Target(check, _EXAMPLES, _WORDS)
