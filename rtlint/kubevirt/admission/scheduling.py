"""The webhook's checks of affinity and topology spread constraints, which came with v0.57.

Source: kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook/admitters/
validate-k8s-utils.go (v0.57.1 to v1.9.0); kubernetes/apimachinery, pkg/apis/meta/v1/validation.
"""

from __future__ import annotations

import json

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, UnknownValue, join_path, split_path
from rtlint.kubernetes.names import against_key, against_label, against_subdomain, against_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

    # A path in the VMI spec, what Kubernetes says of it, and the path that it names.
    Reason = tuple[str, str, str]

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_NO_OPERATOR = "not a valid selector operator"


def affinity(vmi: Vmi) -> Iterator[Cause]:
    """validateSpecAffinity; the fields that it names lack `affinity`"""
    if vmi.release < (0, 57) or not vmi.present("affinity"):
        return
    checks = {
        f"nodeAffinity.{_REQUIRED}": _node_selector,
        f"nodeAffinity.{_PREFERRED}": _preferred_nodes,
    }
    for kind in ("podAffinity", "podAntiAffinity"):
        checks[f"{kind}.{_REQUIRED}"] = _pod_terms
        checks[f"{kind}.{_PREFERRED}"] = _preferred_pods
    for field, check in checks.items():
        reasons = check(vmi, f"affinity.{field}")
        yield from _causes(vmi, "affinity", reasons)


def spread(vmi: Vmi) -> Iterator[Cause]:
    """validateSpecTopologySpreadConstraints"""
    if vmi.release >= (0, 57):
        yield from _causes(vmi, "topology-spread", _constraints(vmi))


def _causes(vmi: Vmi, check: str, reasons: Iterator[Reason]) -> Iterator[Cause]:
    try:
        for path, message, named in reasons:
            field = vmi.name(named.removeprefix("affinity."))
            cause = vmi.cause(check, path, f"{field}: {message}")
            yield cause._replace(field=field)
    except UnknownValue:
        return


def _invalid(path: str, value: object, reason: str) -> Reason:
    return path, f"Invalid value: {json.dumps(value, ensure_ascii=False)}: {reason}", path


def _required(path: str, reason: str) -> Reason:
    return path, f"Required value: {reason}", path


def _forbidden(path: str, reason: str) -> Reason:
    return path, f"Forbidden: {reason}", path


def _each(vmi: Vmi, path: str) -> Iterator[tuple[str, Fields]]:
    for i, item in enumerate(vmi.spec.each(path)):
        yield f"{path}[{i}]", item


def _texts(item: Fields, path: str) -> list[str]:
    return [item.string(f"{path}[{i}]") or "" for i in range(len(item.items(path)))]


def _key(path: str, key: str) -> Iterator[Reason]:
    """ValidateLabelName"""
    for reason in against_key(key):
        yield _invalid(path, key, reason)


def _node_selector(vmi: Vmi, path: str) -> Iterator[Reason]:
    """ValidateNodeSelector"""
    if not vmi.present(path):
        return
    terms = f"{path}.nodeSelectorTerms"
    if not vmi.spec.items(terms):
        yield _required(terms, "must have at least one node selector term")
    for at, _ in _each(vmi, terms):
        yield from _node_term(vmi, at)


def _preferred_nodes(vmi: Vmi, path: str) -> Iterator[Reason]:
    """ValidatePreferredSchedulingTerms"""
    for at, term in _each(vmi, path):
        yield from _weight(at, term)
        yield from _node_term(vmi, f"{at}.preference")


def _weight(path: str, term: Fields) -> Iterator[Reason]:
    weight = term.integer("weight") or 0
    if not 0 < weight <= 100:
        yield _invalid(f"{path}.weight", weight, "must be in the range 1-100")


def _node_term(vmi: Vmi, path: str) -> Iterator[Reason]:
    """ValidateNodeSelectorTerm"""
    for at, requirement in _each(vmi, f"{path}.matchExpressions"):
        yield from _operator(at, requirement, takes_numbers=True)
        yield from _key(f"{at}.key", requirement.string("key") or "")
    for at, requirement in _each(vmi, f"{path}.matchFields"):
        yield from _match_field(at, requirement)


def _operator(path: str, requirement: Fields, takes_numbers: bool = False) -> Iterator[Reason]:
    """ValidateNodeSelectorRequirement, ValidateLabelSelectorRequirement"""
    operator = requirement.string("operator") or ""
    count = len(requirement.items("values"))
    at = f"{path}.values"
    if operator in ("In", "NotIn"):
        if not count:
            yield _required(at, "must be specified when `operator` is 'In' or 'NotIn'")
    elif operator in ("Exists", "DoesNotExist"):
        if count:
            told = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            yield _forbidden(at, told)
    elif takes_numbers and operator in ("Gt", "Lt"):
        if count != 1:
            yield _required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'")
    else:
        yield _invalid(f"{path}.operator", operator, _NO_OPERATOR)


def _match_field(path: str, requirement: Fields) -> Iterator[Reason]:
    """ValidateNodeFieldSelectorRequirement"""
    operator, key = requirement.string("operator") or "", requirement.string("key") or ""
    values = _texts(requirement, "values")
    if operator not in ("In", "NotIn"):
        yield _invalid(f"{path}.operator", operator, _NO_OPERATOR)
    elif len(values) != 1:
        told = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        yield _required(f"{path}.values", told)
    if key != "metadata.name":
        yield _invalid(f"{path}.key", key, "not a valid field selector key")
        return
    for i, value in enumerate(values):
        for reason in against_subdomain(value):
            yield _invalid(f"{path}.values[{i}]", value, reason)


def _pod_terms(vmi: Vmi, path: str) -> Iterator[Reason]:
    for at, _ in _each(vmi, path):
        yield from _pod_term(vmi, at)


def _preferred_pods(vmi: Vmi, path: str) -> Iterator[Reason]:
    """validateWeightedPodAffinityTerms"""
    for at, term in _each(vmi, path):
        yield from _weight(at, term)
        yield from _pod_term(vmi, f"{at}.podAffinityTerm")


def _pod_term(vmi: Vmi, path: str) -> Iterator[Reason]:
    """validatePodAffinityTerm"""
    term = Fields(vmi.spec.mapping(path), base=path)
    for selector in ("labelSelector", "namespaceSelector"):
        yield from _selector(vmi, f"{path}.{selector}", f"{path}.{selector}")
    for i, name in enumerate(_texts(term, "namespaces")):
        for reason in against_label(name, tells_dots=vmi.release >= (1, 1)):
            # The field that it names is `namespace`.
            _, message, _ = _invalid("", name, reason)
            yield f"{path}.namespaces[{i}]", message, f"{path}.namespace"
    yield from _topology_key(path, term, stops=False)


def _topology_key(path: str, item: Fields, stops: bool) -> Iterator[Reason]:
    key = item.string("topologyKey") or ""
    if not key:
        yield _required(f"{path}.topologyKey", "can not be empty")
    if key or not stops:
        yield from _key(f"{path}.topologyKey", key)


def _selector(vmi: Vmi, path: str, named: str) -> Iterator[Reason]:
    """ValidateLabelSelector; labels are checked in Go's random order"""
    for reason_path, message, _ in _selector_reasons(vmi, path):
        field = reason_path.replace(path, named, 1)
        is_label = field.startswith(f"{named}.matchLabels")
        yield reason_path, message, f"{named}.matchLabels" if is_label else field


def _selector_reasons(vmi: Vmi, path: str) -> Iterator[Reason]:
    labels = vmi.spec.mapping(f"{path}.matchLabels")
    for key in labels:
        at = join_path(*split_path(f"{path}.matchLabels"), key)
        yield from _key(at, key)
        value = vmi.spec.string(at) or ""
        for reason in against_value(value):
            yield _invalid(at, value, reason)
    for at, requirement in _each(vmi, f"{path}.matchExpressions"):
        yield from _operator(at, requirement)
        yield from _key(f"{at}.key", requirement.string("key") or "")
        # Older versions leave the values to others.
        if vmi.release >= (1, 0):
            for i, value in enumerate(_texts(requirement, "values")):
                for reason in against_value(value):
                    yield _invalid(f"{at}.values[{i}]", value, reason)


def _constraints(vmi: Vmi) -> Iterator[Reason]:
    """validateTopologySpreadConstraints"""
    path = "topologySpreadConstraints"
    constraints = vmi.spec.each(path)
    kinds = [
        (item.string("topologyKey") or "", item.string("whenUnsatisfiable") or "")
        for item in constraints
    ]
    for i, item in enumerate(constraints):
        at = f"{path}[{i}]"
        skew, (key, action) = item.integer("maxSkew") or 0, kinds[i]
        if skew <= 0:
            yield _invalid(f"{at}.maxSkew", skew, "must be greater than zero")
        yield from _topology_key(at, item, stops=True)
        if action not in ("DoNotSchedule", "ScheduleAnyway"):
            supported = 'supported values: "DoNotSchedule", "ScheduleAnyway"'
            told = f"Unsupported value: {json.dumps(action, ensure_ascii=False)}: {supported}"
            yield f"{at}.whenUnsatisfiable", told, f"{at}.whenUnsatisfiable"
        # The list's path, not the item's.
        yield from _selector(vmi, f"{at}.labelSelector", f"{path}.labelSelector")
        if kinds[i] in kinds[i + 1 :]:
            told = f'Duplicate value: "{{{key}, {action}}}"'
            yield at, told, f"{at}.{{topologyKey, whenUnsatisfiable}}"
