"""The webhook's checks of memory and hugepages."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.quantity import parse_quantity
from rtlint.kubevirt.admission.vmi import text, value
from rtlint.kubevirt.defaults import sets_memory_request
from rtlint.kubevirt.hotplug import live_update

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

REQUEST = "domain.resources.requests.memory"
LIMIT = "domain.resources.limits.memory"
GUEST = "domain.memory.guest"
HUGEPAGES = "domain.memory.hugepages"
PAGE_SIZE = "domain.memory.hugepages.pageSize"

_MEGABYTE = 10**6 * 10**9
# resource.ErrFormatWrong: the webhook says this of any page size that it cannot parse.
_NO_QUANTITY = (
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
)


def request_too_small(vmi: Vmi) -> Iterator[Cause]:
    """validateMemoryRequestsNegativeOrNull"""
    request = vmi.spec.quantity(REQUEST)
    if request is None or not request.nano:
        return
    told = f"{vmi.name(REQUEST)} '{request}'"
    if request.nano < 0:
        message = f"{told}: must be greater than or equal to 0."
        yield vmi.cause("memory-negative", _source(vmi), message, REQUEST)
    elif request.nano < _MEGABYTE:
        message = f"{told}: must be greater than or equal to 1M."
        yield vmi.cause("memory-tiny", _source(vmi), message, REQUEST)


def limit_too_small(vmi: Vmi) -> Iterator[Cause]:
    """validateMemoryLimitsNegativeOrNull"""
    request, limit = vmi.spec.quantity(REQUEST), vmi.spec.quantity(LIMIT)
    if value(limit) < 0:
        message = f"{vmi.name(LIMIT)} '{limit}': must be greater than or equal to 0."
        yield vmi.cause("memory-negative", LIMIT, message)
    elif 0 < value(limit) < value(request):
        message = f"{vmi.name(REQUEST)} '{request}' is greater than {vmi.name(LIMIT)} '{limit}'"
        yield vmi.cause("memory-request-above-limit", _source(vmi), message, REQUEST)


def hugepages(vmi: Vmi) -> Iterator[Cause]:
    """validateHugepagesMemoryRequests"""
    if not vmi.present(HUGEPAGES):
        return
    written = vmi.spec.string(PAGE_SIZE) or ""
    page = parse_quantity(written)
    field = PAGE_SIZE if vmi.release >= (1, 8) else "domain.hugepages.size"
    if page is None:
        message = f"{vmi.name(field)} '{written}': {_NO_QUANTITY}"
        yield vmi.cause("page-size-invalid", PAGE_SIZE, message, field)
        return
    memory = _memory_in_pages(vmi)
    told = f"{vmi.name(REQUEST)} '{text(vmi.spec.quantity(REQUEST))}'"
    size = f"page size {vmi.name(field)} '{written}'"
    may_be_none = not sets_memory_request(vmi.release)
    if memory < page.value and not (memory == 0 and may_be_none):
        message = f"{told} must be equal to or larger than {size}"
        yield vmi.cause("memory-below-page", _source(vmi), message, REQUEST)
    elif page.value == 0:
        message = "panic: runtime error: integer divide by zero"
        yield vmi.cause("page-size-zero", PAGE_SIZE, message)._replace(field="")
    elif memory % page.value:
        message = f"{told} is not a multiple of the {size}"
        yield vmi.cause("memory-page-multiple", _source(vmi), message, REQUEST)


def _memory_in_pages(vmi: Vmi) -> int:
    request = value(vmi.spec.quantity(REQUEST))
    if request or sets_memory_request(vmi.release):
        return request
    return value(vmi.spec.quantity(GUEST)) or value(vmi.spec.quantity(LIMIT))


def guest_above_limit(vmi: Vmi) -> Iterator[Cause]:
    """validateGuestMemoryLimit"""
    # LiveUpdate lets the guest outgrow its limit.
    if live_update(vmi.release, vmi.cluster):
        return
    guest, limit = vmi.spec.quantity(GUEST), vmi.spec.quantity(LIMIT)
    if guest is not None and value(limit) and value(limit) < guest.value:
        message = (
            f"{vmi.name(GUEST)} '{guest}' must be equal to or less than "
            f"the memory limit {vmi.name(LIMIT)} '{limit}'"
        )
        yield vmi.cause("guest-above-limit", vmi.source(GUEST, REQUEST), message, GUEST)


def missing_for_dedicated(vmi: Vmi) -> Iterator[Cause]:
    """validateMemoryLimitAndRequestProvided, from v1.7.4 validateMemoryIsProvided"""
    request, limit = vmi.spec.quantity(REQUEST), vmi.spec.quantity(LIMIT)
    if value(request) or value(limit):
        return
    if sets_memory_request(vmi.release):
        message = f"{vmi.name(REQUEST)} or {vmi.name(LIMIT)} should be provided"
        yield vmi.cause("memory-missing", GUEST, message, LIMIT)
        return
    guest = vmi.spec.quantity(GUEST)
    if vmi.present(HUGEPAGES) or value(guest):
        return
    if guest is None and vmi.release < (1, 7, 4):
        message = "panic: runtime error: invalid memory address or nil pointer dereference"
        yield vmi.cause("memory-missing", GUEST, message)._replace(field="")
        return
    given = ", ".join(vmi.name(path) for path in (REQUEST, LIMIT, HUGEPAGES))
    message = f"{given} or {vmi.name(GUEST)} should be provided"
    yield vmi.cause("memory-missing", GUEST, message, LIMIT)


def request_not_limit(vmi: Vmi) -> Iterator[Cause]:
    """validateMemoryRequestsAndLimits, of dedicated CPUs"""
    request, limit = value(vmi.spec.quantity(REQUEST)), value(vmi.spec.quantity(LIMIT))
    if request > 0 and limit > 0 and request != limit:
        message = f"{vmi.name(REQUEST)} must be equal to {vmi.name(LIMIT)}"
        yield vmi.cause("memory-request-not-limit", REQUEST, message)


def none_requested(vmi: Vmi) -> Iterator[Cause]:
    """ValidateVirtualMachineInstanceMandatoryFields"""
    if value(vmi.spec.quantity(REQUEST)) or vmi.present(HUGEPAGES):
        return
    if vmi.spec.quantity(GUEST) is None:
        size = PAGE_SIZE if vmi.release >= (1, 8) else "domain.memory.hugepages.size"
        message = (
            f"no memory requested, at least one of '{vmi.name(GUEST)}', "
            f"'{vmi.name(size)}' or '{vmi.name(REQUEST)}' must be set"
        )
        yield vmi.cause("memory-missing", GUEST, message)._replace(field="")


def _source(vmi: Vmi) -> str:
    """The field that the memory comes from: first the request, last the size of one page."""
    if sets_memory_request(vmi.release):
        return vmi.source(REQUEST, LIMIT, GUEST, PAGE_SIZE)
    return vmi.source(REQUEST, GUEST, LIMIT, PAGE_SIZE)
