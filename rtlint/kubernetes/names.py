"""What Kubernetes says of names that it does not take.

Source: kubernetes/apimachinery, pkg/util/validation/validation.go, as each KubeVirt release has it
vendored. Each function gives the reasons against a name, none where it is fine. Lengths count bytes
of UTF-8, as in Go.
"""

from __future__ import annotations

import re

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LOWER = "lower case alphanumeric characters"
_ENDS = "and must start and end with an alphanumeric character"
_NAME = f"must consist of alphanumeric characters, '-', '_' or '.', {_ENDS}"
_EMPTY = "must be non-empty"


def against_label(name: str, tells_dots: bool = True) -> list[str]:
    """IsDNS1123Label; `tells_dots`: newer versions have words of their own for a subdomain."""
    reasons = _too_long(name, 63)
    if _matches(_LABEL, name):
        return reasons
    if tells_dots and _matches(_SUBDOMAIN, name):
        return [*reasons, "must not contain dots"]
    told = f"a lowercase RFC 1123 label must consist of {_LOWER} or '-', {_ENDS}"
    return [*reasons, _told(told, _LABEL, "my-name", "123-abc")]


def against_subdomain(name: str) -> list[str]:
    """IsDNS1123Subdomain"""
    reasons = _too_long(name, 253)
    if not _matches(_SUBDOMAIN, name):
        told = f"a lowercase RFC 1123 subdomain must consist of {_LOWER}, '-' or '.', {_ENDS}"
        reasons.append(_told(told, _SUBDOMAIN, "example.com"))
    return reasons


def against_key(key: str) -> list[str]:
    """IsQualifiedName: the key of a label"""
    prefix, slash, name = key.rpartition("/")
    told = _told(_NAME, _QUALIFIED, "MyName", "my.name", "123-abc")
    if "/" in prefix:
        optional = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        return [f"a qualified name {told} {optional}"]
    reasons = []
    if slash:
        of_prefix = against_subdomain(prefix) if prefix else [_EMPTY]
        reasons += [f"prefix part {reason}" for reason in of_prefix]
    of_name = _too_long(name, 63) if name else [_EMPTY]
    of_name += [] if _matches(_QUALIFIED, name) else [told]
    return reasons + [f"name part {reason}" for reason in of_name]


def against_value(value: str) -> list[str]:
    """IsValidLabelValue"""
    reasons = _too_long(value, 63)
    pattern = f"({_QUALIFIED})?"
    if not _matches(pattern, value):
        told = f"a valid label must be an empty string or {_NAME.removeprefix('must ')}"
        reasons.append(_told(told, pattern, "MyValue", "my_value", "12345"))
    return reasons


def is_port_name(name: str) -> bool:
    """IsValidPortName"""
    return (
        len(name) <= 15
        and _matches("[-a-z0-9]+", name)
        and re.search("[a-z]", name) is not None
        and "--" not in name
        and not name.startswith("-")
        and not name.endswith("-")
    )


def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text) is not None


def _too_long(text: str, most: int) -> list[str]:
    is_too_long = len(text.encode(errors="surrogatepass")) > most
    return [f"must be no more than {most} characters"] if is_too_long else []


def _told(message: str, pattern: str, *examples: str) -> str:
    such_as = " or ".join(f"'{example}', " for example in examples)
    return f"{message} (e.g. {such_as}regex used for validation is '{pattern}')"
