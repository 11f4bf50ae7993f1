"""A label selector as kubectl takes it, as the object that the API server takes."""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

_KEY = r"(?P<key>[A-Za-z0-9][A-Za-z0-9._/-]*)"
_VALUE = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_REQUIREMENT = re.compile(
    rf"{_KEY}\s*(?:(?P<equal>=|==|!=)\s*(?P<value>{_VALUE})|"
    rf"(?P<set>in|notin)\s*\(\s*(?P<values>{_VALUE}(?:\s*,\s*{_VALUE})*)\s*\))?"
)
_OPERATORS = {"!=": "NotIn", "in": "In", "notin": "NotIn"}


def parse_selector(text: str) -> dict[str, Any]:
    """`env=prod,tier notin (test)` as matchLabels and matchExpressions.

    Raises ValueError for text that is no selector.
    """
    labels: dict[str, str] = {}
    expressions: list[dict[str, Any]] = []
    for part in re.split(r",(?![^(]*\))", text):
        requirement = part.strip()
        is_absent = requirement.startswith("!")
        match = _REQUIREMENT.fullmatch(requirement.removeprefix("!"))
        if match is None or (is_absent and match["key"] != requirement[1:]):
            raise ValueError(f"`{requirement}` is no label requirement; write it as `env=prod`")
        if match["equal"] in ("=", "=="):
            labels[match["key"]] = match["value"]
            continue
        expression: dict[str, Any] = {"key": match["key"]}
        if match["value"] or match["values"]:
            expression["operator"] = _OPERATORS[match["equal"] or match["set"]]
            values = match["value"] or match["values"]
            expression["values"] = [value.strip() for value in values.split(",")]
        else:
            expression["operator"] = "DoesNotExist" if is_absent else "Exists"
        expressions.append(expression)
    return {
        **({"matchLabels": labels} if labels else {}),
        **({"matchExpressions": expressions} if expressions else {}),
    }
