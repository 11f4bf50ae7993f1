"""Manifests that are laid out as nobody should, and as YAML admits.

All randomness comes from a `random.Random`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from fuzz import manifests

if TYPE_CHECKING:
    from random import Random

# What fixes move, rename or remove, beside what the other manifests have.
_MISPLACED: list[tuple[str, Any]] = [
    ("domain.realtime", {}),
    ("domain.realtime", {"mask": "0-3"}),
    ("domain.cpu.ioThreadsPolicy", "auto"),
    ("domain.cpu.guestMappingPassthrough", {}),
    ("domain.cpu.dedicateCpuPlacement", True),
    ("domain.terminationGracePeriodSeconds", 0),
    ("domain.cpu.realtime", None),
    ("domain.ioThreadsPolicy", "auto"),
    ("domain.devices.sound", {"name": "s", "model": "ac97"}),
]


def text(rng: Random) -> str:
    """A file of one document or two."""
    whole = "---\n".join(_document(rng) for _ in range(rng.choice([1, 1, 2])))
    whole = rng.choice(["", "", "---\n", "# head\n"]) + whole
    if rng.random() < 0.2:
        whole = whole.rstrip("\n")
    return whole.replace("\n", rng.choice(["\n", "\n", "\r\n"]))


def _document(rng: Random) -> str:
    data = _object(rng)
    if rng.random() < 0.15:
        return json.dumps(data, indent=rng.choice([None, 1, 4])) + "\n"
    return _Writer(rng).document(data)


def _object(rng: Random) -> dict[str, Any]:
    small = rng.random() < 0.5
    spec: dict[str, Any] = {} if small else manifests.vmi_spec(rng, rng.choice([0.1, 0.5]))
    if small or rng.random() < 0.5:
        for path, value in rng.sample(_MISPLACED, rng.randint(1, 3)):
            manifests.put(spec, path.split("."), value)
    data: dict[str, Any] = {
        "apiVersion": rng.choice(["kubevirt.io/v1", "kubevirt.io/v1", "kubevirt.io/v1alpha3"]),
        "kind": "VirtualMachineInstance",
        "metadata": {"name": "rt"},
        "spec": spec,
    }
    if rng.random() < 0.4:
        data["kind"] = "VirtualMachine"
        data["spec"] = {"running": rng.random() < 0.5, "template": {"spec": spec}}
        if rng.random() < 0.3:
            del data["spec"]["template"]
    return data


class _Writer:
    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.odd = rng.choice([0.05, 0.2, 0.5])
        self.braces = rng.choice([0, 0.2, 0.5])
        self.step = rng.choice([1, 2, 2, 4])
        self.anchored: list[str] = []

    def document(self, data: dict[str, Any]) -> str:
        if self.chance(0.1):
            return self.flow(data, 2) + "\n"
        return "".join(f"{line}\n" for line in self.mapping(data, 0))

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def comments(self, indent: int) -> list[str]:
        """Comments and blank lines, indented anyhow."""
        if not self.chance(self.odd):
            return []
        odd = max(0, indent + self.rng.choice([-4, -2, -1, 0, 1, 2, 4, 8]))
        blank = [""] if self.chance(0.3) else []
        return [*blank, " " * odd + self.rng.choice(["# c", "# mask: 0-3", "#", "# {", "# a: 'b"])]

    def behind(self) -> str:
        return self.rng.choice(["  # c", "\t# c", " #"]) if self.chance(self.odd) else ""

    def mapping(self, data: dict[str, Any], indent: int) -> list[str]:
        lines: list[str] = []
        for name, value in data.items():
            lines += self.comments(indent)
            lines += self.entry(" " * indent + self.key(name) + ":", value, indent)
            lines += self.comments(indent)
        return lines

    def key(self, name: str) -> str:
        plain = re.fullmatch(r"[A-Za-z][\w./-]*", name) is not None
        quoted = [json.dumps(name), f"'{name}'"]
        return name if plain and not self.chance(self.odd / 2) else self.rng.choice(quoted)

    def entry(self, head: str, value: Any, indent: int) -> list[str]:
        anchor = self.anchor()
        if isinstance(value, dict | list) and value and not self.chance(self.braces):
            first = head + anchor + self.behind()
            inner = indent + self.step
            if isinstance(value, dict):
                return [first, *self.mapping(value, inner)]
            dash = self.rng.choice([indent, inner])
            return [first, *(line for item in value for line in self.item(item, dash))]
        if value is None and self.chance(0.7):
            return [head + anchor + self.behind()]
        if isinstance(value, str) and self.chance(self.odd) and value.strip() and "\n" not in value:
            mark = self.rng.choice([">-", "|-", "|2-" if self.step == 2 else ">-"])
            return [f"{head}{anchor} {mark}{self.behind()}", " " * (indent + self.step) + value]
        blank = self.rng.choice([" ", "  ", " \t"]) if self.chance(self.odd) else " "
        return [f"{head}{anchor}{blank}{self.flow(value, indent + 2)}{self.behind()}"]

    def item(self, value: Any, indent: int) -> list[str]:
        margin = " " * indent
        if isinstance(value, dict) and value and not self.chance(self.braces):
            inner = self.mapping(value, indent + 2)
            if self.chance(0.3):
                return [f"{margin}-{self.behind()}", *inner]
            if inner[0].strip() and not inner[0].lstrip().startswith("#"):
                return [f"{margin}- {inner[0].lstrip()}", *inner[1:]]
            return [f"{margin}-", *inner]
        return [f"{margin}- {self.flow(value, indent + 2)}{self.behind()}"]

    def anchor(self) -> str:
        """An anchor, which nothing uses."""
        if not self.chance(self.odd / 8):
            return ""
        self.anchored.append("a")
        return f" &a{len(self.anchored)}"

    def flow(self, value: Any, indent: int) -> str:
        if not isinstance(value, dict | list):
            return self.scalar(value)
        left, right = "{}" if isinstance(value, dict) else "[]"
        entries = [self.flow_entry(item, indent) for item in value.items()] if isinstance(
            value, dict
        ) else [self.flow(item, indent + 2) for item in value]  # fmt: skip
        if not entries:
            return left + self.rng.choice(["", "", " "]) + right
        result = left + self.space(indent)
        for number, entry in enumerate(entries):
            last = number == len(entries) - 1
            result += entry
            if not last or self.chance(self.odd):
                result += self.rng.choice(["", self.space(indent)]) + ","
            result += self.space(indent) or ("" if last else " ")
        return result + right

    def flow_entry(self, entry: tuple[str, Any], indent: int) -> str:
        key = self.key(entry[0])
        colon = ":" if key[0] in "'\"" and self.chance(0.5) else ": "
        return key + colon + self.flow(entry[1], indent + 2)

    def space(self, indent: int) -> str:
        """What may stand between the marks in braces."""
        if not self.chance(self.odd):
            return ""
        margin = "\n" + " " * indent
        return self.rng.choice([" ", "\t", margin, margin, f" # c{margin}", f"{margin}# c{margin}"])

    def scalar(self, value: Any) -> str:
        if isinstance(value, str):
            bare = re.fullmatch(r"[A-Za-z][A-Za-z0-9_./-]*", value)
            if bare and value not in ("None", "no", "on") and self.chance(0.7):
                return value
            if value.isprintable() and self.chance(0.5):
                return "'" + value.replace("'", "''") + "'"
            return json.dumps(value, ensure_ascii=False)
        return json.dumps(value)
