"""What a rule may use: all that is here is documented in `docs/writing-rules.md`, and is kept.

from rtlint.rule import Context, Finding, Findings, Rule, Set, Workload, safe
"""

from rtlint.kubernetes.fields import Fields, UnknownValue, join_path, known, split_path
from rtlint.kubernetes.objects import Object
from rtlint.kubernetes.quantity import Quantity, parse_quantity
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.releases import Release
from rtlint.kubevirt.workload import Workload
from rtlint.lint.rule import (
    Applicability,
    Context,
    Finding,
    Findings,
    Fix,
    Move,
    Operation,
    Remove,
    Rule,
    Scope,
    Set,
    Severity,
    if_known,
    safe,
    set_all,
    unsafe,
)
from rtlint.yaml.locate import Span

__all__ = [
    "Applicability",
    "Cluster",
    "Context",
    "Fields",
    "Finding",
    "Findings",
    "Fix",
    "Move",
    "Object",
    "Operation",
    "Quantity",
    "Release",
    "Remove",
    "Rule",
    "Scope",
    "Set",
    "Severity",
    "Span",
    "UnknownValue",
    "Workload",
    "if_known",
    "join_path",
    "known",
    "parse_quantity",
    "safe",
    "set_all",
    "split_path",
    "unsafe",
]
