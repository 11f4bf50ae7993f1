"""What a rule module is made of.

A rule is a module in `rules/` with a docstring (its documentation), a `RULE`, and a `check` that
yields findings. It names fields and operations; where in the text they are, and what edits come
of them, is not its business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.releases import NEWEST, Release
from rtlint.kubevirt.workload import Workload
from rtlint.tuples import NamedTuple
from rtlint.yaml.locate import Span

if TYPE_CHECKING:
    from typing import Any, Final, Literal

    from rtlint.platform.model import Place, Platform

    Severity = Literal["error", "warning", "info"]
    Applicability = Literal["safe", "unsafe"]
    Scope = Literal[
        "text",
        "object",
        "workload",
        "realtime",
        "dedicated",
        "pages",
        "platform",
        "template",
        "suppression",
    ]
else:
    # Rules import them for their annotations.
    Severity = Applicability = Scope = str

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
# Whether `--fix` applies a fix by itself, or it needs a person's judgement.
APPLICABILITIES: tuple[Applicability, ...] = ("safe", "unsafe")
# What a rule's `check` gets to see, one after the other:
# "text": an rtlint.yaml.source.Unreadable, text that is no YAML;
# "object": an rtlint.kubernetes.objects.Object, every KubeVirt object;
# "workload": an rtlint.kubevirt.workload.Workload, every object that makes VMIs;
# "realtime": the same, where `domain.cpu.realtime` is set;
# "dedicated": the same, where it is set or the VM has dedicated CPUs;
# "pages": the same, where it is set or the VM has hugepages;
# "platform": an rtlint.kubernetes.objects.Object, every other object of a cluster that VMs hang on,
# the KubeVirt object too;
# "template": an rtlint.lint.templates.Template, a file that is skipped;
# "suppression": an rtlint.lint.suppressions.Unused, when all other rules are done.
SCOPES: tuple[Scope, ...] = (
    "text",
    "object",
    "workload",
    "realtime",
    "dedicated",
    "pages",
    "platform",
    "template",
    "suppression",
)


class Set(NamedTuple):
    """The field has this value; parents that are missing are made."""

    path: str
    value: Any


class Remove(NamedTuple):
    path: str


class Move(NamedTuple):
    """The field with its value stands elsewhere in the object."""

    path: str
    to: str


Operation = Set | Remove | Move


class Fix(NamedTuple):
    """What would be right, as operations on field paths of the object (not of the VMI spec).

    `reads` are the fields that it counts on: where another fix writes one, that one goes first.
    """

    applicability: Applicability
    description: str
    operations: tuple[Operation, ...]
    reads: tuple[str, ...] = ()


def safe(description: str, *operations: Operation) -> Fix:
    return Fix("safe", description, operations)


def unsafe(description: str, *operations: Operation) -> Fix:
    return Fix("unsafe", description, operations)


def set_all(vm: Workload, values: Iterable[tuple[str, Any]]) -> tuple[Set, ...]:
    """Operations that set fields of the VMI spec."""
    return tuple(Set(vm.at(path), value) for path, value in values)


def if_known(make: Callable[[], Fix | None]) -> Fix | None:
    """The fix, or None where it hangs on a value that cannot be known."""
    try:
        return make()
    except UnknownValue:
        return None


class Finding(NamedTuple):
    """What a check found, at a field path of the object.

    `severity` differs from the rule's where the release or the case says so. `on_key`: the key is
    what is wrong. `span` says what to mark where the path alone does not (a duplicate key).
    `related` are other places, in the same text or in another file, with what they have to do with
    it. `unless` are other rules' ids, each with a path: where such a rule reports something there,
    this finding adds nothing and is left out.
    """

    path: str
    message: str
    fix: Fix | None = None
    severity: Severity | None = None
    on_key: bool = False
    span: Span | None = None
    related: tuple[tuple[str, Span | Place], ...] = ()
    unless: tuple[tuple[str, str], ...] = ()


NO_OPTIONS: Final[Mapping[str, Any]] = MappingProxyType({})


class Context(NamedTuple):
    """What a check may depend on beside the object; `options` are the rule's own.

    `platform` is what the run knows of the cluster's other objects, None where there are none.
    """

    release: Release = NEWEST
    cluster: Cluster = Cluster()
    options: Mapping[str, Any] = NO_OPTIONS
    platform: Platform | None = None


class Rule(NamedTuple):
    """A rule's identity; `fix` is the best applicability that its fixes have, None without fixes.

    `options` are the names of its options and their defaults. `url` is the page about a rule that
    is not rtlint's own, where it has one.
    """

    id: str
    name: str
    severity: Severity
    scope: Scope
    fix: Applicability | None = None
    options: Mapping[str, Any] = NO_OPTIONS
    url: str | None = None


class Cel(NamedTuple):
    """What a rule asks in the API server: the CEL expression `right` is true where all is well.

    It reads the shared variables of rtlint/policy/variables.py, and no object that KubeVirt's CRDs
    admit makes it fail. `field` is what the message is about, within the VMI spec, or where
    `of_metadata` within the VMI's metadata. In the ASCII text of `message` `{vcpus}` stands for
    the shared variable of that name. `unless` are ids of rules, each with a condition in CEL: where
    such a rule speaks and its condition holds, this one adds nothing.
    """

    field: str
    right: str
    message: str
    unless: tuple[tuple[str, str], ...] = ()
    of_metadata: bool = False


def cel_text(text: str) -> str:
    """The text as a string of CEL's."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + escaped.replace("\n", "\\n").replace("\r", "\\r") + "'"


class Failed(Exception):  # noqa: N818 - named by what it says
    """The check of a user's own rule failed: which rule, in which file and line, and why."""


Findings = Iterator[Finding]

if TYPE_CHECKING:
    Check = Callable[[Any, Context], Iterable[Finding]]
    # None where the target release or the rule's options leave nothing to ask.
    Policy = Callable[[Context], Cel | None]
