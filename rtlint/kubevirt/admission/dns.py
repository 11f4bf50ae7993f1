"""The webhook's checks of host name, subdomain, DNS policy and DNS configuration.

Source: kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook/admitters/
vmi-create-admitter.go (the functions that the checks name), v0.47.1 to v1.9.0.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import known
from rtlint.kubernetes.names import against_label, against_subdomain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_CONFIG = "dnsConfig"
_NO_VALUE = "panic: runtime error: invalid memory address or nil pointer dereference"
_MOST_SERVERS, _MOST_SEARCHES, _LONGEST_SEARCHES = 3, 6, 256


def hostname(vmi: Vmi) -> Iterator[Cause]:
    """validateHostNameNotConformingToDNSLabelRules"""
    name = vmi.spec.string("hostname")
    if name:
        reasons = against_label(name, tells_dots=vmi.release >= (1, 1))
        yield from _of_name(vmi, "hostname", "DNS_LABEL", reasons)


def subdomain(vmi: Vmi) -> Iterator[Cause]:
    """validateSubdomainDNSSubdomainRules"""
    name = vmi.spec.string("subdomain")
    if name:
        yield from _of_name(vmi, "subdomain", "DNS_SUBDOMAIN", against_subdomain(name))


def _of_name(vmi: Vmi, path: str, rules: str, reasons: list[str]) -> Iterator[Cause]:
    if reasons:
        told = f"{vmi.name(path)} does not conform to the kubernetes {rules} rules"
        yield vmi.cause(path, path, f"{told} : {', '.join(reasons)}")


def policy(vmi: Vmi) -> Iterator[Cause]:
    """validateDNSPolicy"""
    written = vmi.spec.string("dnsPolicy")
    if written and written not in _POLICIES:
        told = f"DNSPolicy: {written} is not supported, valid values: [{' '.join(_POLICIES)} ]"
        yield vmi.cause("dns-policy", "dnsPolicy", told).with_allowed(written, _POLICIES)


def config(vmi: Vmi) -> Iterator[Cause]:
    """validatePodDNSConfig; most of its fields are named without a path"""
    if vmi.spec.string("dnsPolicy") == "None":
        missing = list(_without_servers(vmi))
        if missing:
            yield from missing
            return
    if not vmi.present(_CONFIG):
        return
    for check in (_servers, _searches, _options):
        yield from known(check, vmi)


def _without_servers(vmi: Vmi) -> Iterator[Cause]:
    if not vmi.present(_CONFIG):
        told = "must provide `dnsConfig` when `dnsPolicy` is None"
        cause = vmi.cause("dns-config", _CONFIG, told)
        yield cause._replace(instead="Write `dnsConfig: {nameservers: [...]}`.")
    elif not vmi.spec.items(f"{_CONFIG}.nameservers"):
        told = "must provide at least one DNS nameserver when `dnsPolicy` is None"
        yield _cause(vmi, "nameservers", told)


def _cause(vmi: Vmi, path: str, message: str, field: str = "") -> Cause:
    check = f"dns-{path.partition('[')[0]}"
    return vmi.cause(check, f"{_CONFIG}.{path}", message)._replace(field=field or path)


def _texts(vmi: Vmi, path: str) -> list[str]:
    count = len(vmi.spec.items(path))
    return [vmi.spec.string(f"{path}[{i}]") or "" for i in range(count)]


def _servers(vmi: Vmi) -> Iterator[Cause]:
    from rtlint.kubernetes.addresses import is_ip

    servers = _texts(vmi, f"{_CONFIG}.nameservers")
    if len(servers) > _MOST_SERVERS:
        told = f"must not have more than {_MOST_SERVERS} nameservers: [{' '.join(servers)}]"
        yield _cause(vmi, "nameservers", told)
    for i, server in enumerate(servers):
        if not is_ip(server):
            told = f"must be valid IP address: {server}"
            yield _cause(vmi, f"nameservers[{i}]", told, "nameservers")


def _searches(vmi: Vmi) -> Iterator[Cause]:
    searches, field = _texts(vmi, f"{_CONFIG}.searches"), "searchDomains"
    if len(searches) > _MOST_SEARCHES:
        told = f"must not have more than {_MOST_SEARCHES} search paths"
        yield _cause(vmi, "searches", told, field)
    if len(" ".join(searches).encode()) > _LONGEST_SEARCHES:
        told = f"must not have more than {_LONGEST_SEARCHES} characters (including spaces)"
        yield _cause(vmi, "searches", f"{told} in the search list", field)
    for i, search in enumerate(searches):
        for reason in against_subdomain(search):
            yield _cause(vmi, f"searches[{i}]", reason, field)


def _options(vmi: Vmi) -> Iterator[Cause]:
    """To v1.0 it quotes the value, and panics where there is none."""
    told = "Option.Name must not be empty"
    for i, option in enumerate(vmi.spec.each(f"{_CONFIG}.options")):
        if option.string("name"):
            continue
        path, value = f"options[{i}]", option.string("value")
        if vmi.release >= (1, 1):
            yield _cause(vmi, path, told, "options")
        elif value is not None:
            yield _cause(vmi, path, f"{told} for value: {value}", "options")
        else:
            yield _cause(vmi, path, _NO_VALUE)._replace(field="")
