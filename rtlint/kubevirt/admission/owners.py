"""What the webhooks of replica sets and pools refuse beside what they make.

Source: kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook/admitters/vmirs-admitter.go
(v0.47.1 to v1.9.0) and vmpool-admitter.go (v0.49.0 to v1.9.0); kubernetes/apimachinery,
pkg/apis/meta/v1/helpers.go (LabelSelectorAsSelector).
"""

from __future__ import annotations

import json

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, known
from rtlint.kubernetes.names import against_key, against_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_MOST = "spec.maxUnavailable"
_STRATEGIES = ("unmanaged", "opportunistic", "proactive")


def owner(vmi: Vmi) -> Iterator[Cause]:
    """ValidateVMIRSSpec, ValidateVMPoolSpec"""
    if vmi.is_of_machine or not vmi.owner.has("spec"):
        return
    yield from known(_selector, vmi)
    if vmi.machine is not None:
        yield from known(_most_unavailable, vmi)
        yield from known(_strategies, vmi)


def _selector(vmi: Vmi) -> Iterator[Cause]:
    path = "spec.selector"
    wrong = next(_invalid(vmi), None)
    if wrong is not None:
        yield vmi.cause_of_object("selector", path, wrong)
    elif not vmi.owner.has(path) or not all(_matches(vmi)):
        yield vmi.cause_of_object("selector", path, "selector does not match labels.")


def _expressions(vmi: Vmi) -> list[tuple[str, str, list[str]]]:
    return [
        (
            one.string("key") or "",
            one.string("operator") or "",
            [one.string(f"values[{i}]") or "" for i in range(len(one.items("values")))],
        )
        for one in vmi.owner.each("spec.selector.matchExpressions")
    ]


def _invalid(vmi: Vmi) -> Iterator[str]:
    """Why the selector is none: its first reason"""
    labels = Fields(vmi.owner.mapping("spec.selector.matchLabels"))
    for key in labels.mapping(""):
        yield from _of_label(key, [_text(labels, key)])
    for key, operator, values in _expressions(vmi):
        if operator not in ("In", "NotIn", "Exists", "DoesNotExist"):
            yield f"{json.dumps(operator)} is not a valid label selector operator"
        elif operator in ("In", "NotIn") and not values:
            told = "for 'in', 'notin' operators, values set can't be empty"
            yield f"values: Invalid value: []: {told}"
        elif operator in ("Exists", "DoesNotExist") and values:
            given = json.dumps(values, separators=(",", ":"))
            told = "values set must be empty for exists and does not exist"
            yield f"values: Invalid value: {given}: {told}"
        yield from _of_label(key, values)


def _text(labels: Fields, key: str) -> str:
    return labels.string(f'["{key}"]') or ""


def _of_label(key: str, values: list[str]) -> Iterator[str]:
    reasons = against_key(key)
    if reasons:
        yield f"key: Invalid value: {json.dumps(key)}: {'; '.join(reasons)}"
    for i, value in enumerate(values):
        reasons = against_value(value)
        if reasons:
            told = "; ".join(reasons)
            yield f"values[{i}][{key}]: Invalid value: {json.dumps(value)}: {told}"


def _matches(vmi: Vmi) -> Iterator[bool]:
    labels = vmi.owner.mapping("labels")
    for key, value in vmi.owner.mapping("spec.selector.matchLabels").items():
        yield labels.get(key) == value
    for key, operator, values in _expressions(vmi):
        if operator == "In":
            yield labels.get(key) in values
        elif operator == "NotIn":
            yield labels.get(key) not in values
        else:
            yield (key in labels) == (operator == "Exists")


def _most_unavailable(vmi: Vmi) -> Iterator[Cause]:
    """From v1.6"""
    if vmi.release < (1, 6) or not vmi.owner.has(_MOST):
        return
    written = vmi.owner.mapping("spec")["maxUnavailable"]
    told = ""
    if isinstance(written, str):
        told = _against_percentage(written)
    elif (vmi.owner.integer(_MOST) or 0) <= 0:
        told = "maxUnavailable must be greater than 0"
    if told:
        yield vmi.cause_of_object("max-unavailable", _MOST, told)


def _against_percentage(written: str) -> str:
    if not written.endswith("%"):
        return "maxUnavailable percentage must end with %"
    number = written[:-1]
    digits = number[1:] if number[:1] in ("+", "-") else number
    if not (digits.isascii() and digits.isdigit()):
        quoted = json.dumps(number)
        reason = f"strconv.Atoi: parsing {quoted}: invalid syntax"
        return f"maxUnavailable percentage value {quoted} is invalid: {reason}"
    if not 0 < int(number) <= 100:
        return f"maxUnavailable percentage value {int(number)} must be between 1 and 100"
    return ""


def _strategies(vmi: Vmi) -> Iterator[Cause]:
    """From v1.7; which of them it names first changes from run to run"""
    if vmi.release < (1, 7):
        return
    for field in ("updateStrategy", "scaleInStrategy"):
        path = f"spec.{field}"
        found = [name for name in _STRATEGIES if vmi.owner.has(f"{path}.{name}")]
        if len(found) > 1:
            told = f"only one strategy can be configured at a time: but found {', '.join(found)}"
            yield vmi.cause_of_object("pool-strategy", path, f"{told} strategies")
