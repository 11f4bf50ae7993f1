"""Counts, sizes and lists of ids that no machine has: a small text has no large bill."""

from __future__ import annotations

import json
import time
import tracemalloc
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from fuzz.target import Target
from fuzz.targets.rules import RELEASES
from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubevirt.conversion.host import parse_cpulist, parse_host
from rtlint.lint.fixing import fix
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.platform.model import Platform
from rtlint.platform.read import read_objects
from rtlint.preview.effective import render as render_effective
from rtlint.preview.model import Node, Previewed, previews, virtual_machines
from rtlint.preview.node import node_of
from rtlint.yaml.compose import compose
from rtlint.yaml.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of what is begun with, and for each byte. A preview may show 16384 threads, not one more.
_SECONDS, _SECONDS_OF_A_PREVIEW, _SECONDS_A_BYTE = 2.0, 12.0, 0.0005
_BYTES, _BYTES_OF_A_PREVIEW, _BYTES_A_BYTE = 2**22, 2**26, 2000
_FORMS = ("text", "json", "xml", "html")

_COUNTS = st.sampled_from(
    [0, 1, 2, 3, 4, 17, 4096, 16384, 16385, 2**31 - 1, 2**32 - 1, 2**32, 2**63, 10**40, -1]
)
_SIZES = st.sampled_from(
    ["1Gi", "2Mi", "0", "1", "1e999999999", "1e-999999999", "9" * 300, "16Ei", "1n", "0.000001",
     "1E9999", "-1Gi", 2**63, 1.5e300]
)  # fmt: skip
_ID = st.sampled_from(["0", "1", "7", "16383", "16384", "4294967295", "9223372036854775807"])
_PIECE = _ID | st.builds("{}-{}".format, _ID, _ID) | st.builds("^{}".format, _ID)
_EVEN = st.sampled_from([10, 1000, 8000]).map(lambda n: ",".join(map(str, range(0, 2 * n, 2))))
_IDS = st.one_of(
    st.lists(_PIECE, min_size=1, max_size=5).map(",".join),
    st.builds(lambda piece, times: ",".join([piece] * times), _PIECE, st.integers(1, 500)),
    _EVEN,
)


def _sometimes(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


_BOOLEANS = st.booleans()
_MEMORY = _sometimes(guest=_SIZES, maxGuest=_SIZES, hugepages=_sometimes(pageSize=_SIZES))
_RESOURCES = _sometimes(cpu=_COUNTS | _SIZES, memory=_SIZES)
_CPU = st.fixed_dictionaries(
    {"realtime": _sometimes(mask=_IDS)},
    optional={
        "cores": _COUNTS,
        "sockets": _COUNTS,
        "threads": _COUNTS,
        "maxSockets": _COUNTS,
        "dedicatedCpuPlacement": _BOOLEANS,
        "isolateEmulatorThread": _BOOLEANS,
        "numa": st.just({"guestMappingPassthrough": {}}),
    },
)
_DOMAIN = st.fixed_dictionaries(
    {"cpu": _CPU, "devices": st.just({"disks": [{"name": "a", "disk": {"bus": "virtio"}}]})},
    optional={
        "memory": _MEMORY,
        "resources": _sometimes(requests=_RESOURCES, limits=_RESOURCES),
        "ioThreadsPolicy": st.sampled_from(["auto", "shared", "supplementalPool"]),
        "ioThreads": _sometimes(supplementalPoolThreadCount=_COUNTS),
    },
)


def _object(version: str, kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    head = {"apiVersion": version, "kind": kind, "metadata": {"name": "rt"}}
    return st.fixed_dictionaries(fields).map(lambda rest: {**head, **rest})


_VMI = _object("kubevirt.io/v1", "VirtualMachineInstance", spec=st.builds(dict, domain=_DOMAIN))
_VM = _object(
    "kubevirt.io/v1",
    "VirtualMachine",
    spec=st.fixed_dictionaries(
        {"template": st.fixed_dictionaries({"spec": st.builds(dict, domain=_DOMAIN)})}
    ),
)
_INSTANCETYPE = _object(
    "instancetype.kubevirt.io/v1beta1",
    "VirtualMachineInstancetype",
    spec=st.fixed_dictionaries(
        {
            "cpu": st.fixed_dictionaries({"guest": _COUNTS, "realtime": _sometimes(mask=_IDS)}),
            "memory": st.fixed_dictionaries({"guest": _SIZES}),
        }
    ),
)
_PREFERENCE = _object(
    "instancetype.kubevirt.io/v1beta1",
    "VirtualMachinePreference",
    spec=st.fixed_dictionaries(
        {
            "cpu": st.fixed_dictionaries(
                {
                    "preferredCPUTopology": st.sampled_from(["spread", "cores", "any"]),
                    "spreadOptions": _sometimes(ratio=_COUNTS),
                }
            )
        }
    ),
)
_REFERRING = st.builds(
    lambda size: {
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachine",
        "metadata": {"name": "other"},
        "spec": {
            "instancetype": {"name": "rt", "kind": "VirtualMachineInstancetype"},
            "preference": {"name": "rt", "kind": "VirtualMachinePreference"},
            "template": {"spec": {"domain": {"memory": {"guest": size}, "devices": {}}}},
        },
    },
    _SIZES,
)
_KUBELET = _object("kubelet.config.k8s.io/v1beta1", "KubeletConfiguration", reservedSystemCPUs=_IDS)
_PROFILE = _object(
    "performance.openshift.io/v2",
    "PerformanceProfile",
    spec=st.fixed_dictionaries({"cpu": _sometimes(isolated=_IDS, reserved=_IDS)}),
)
_OBJECTS = st.one_of(_VMI, _VM, _INSTANCETYPE, _PREFERENCE, _REFERRING, _KUBELET, _PROFILE)
_HOST = st.builds(
    lambda cpus, size, siblings: (
        "<capabilities><host><topology><cells><cell id='0'>"
        f"<pages unit='KiB' size='{size}'>{size}</pages><cpus>"
        + "".join(f"<cpu id='{cpu}' siblings='{siblings}'/>" for cpu in cpus)
        + "</cpus></cell></cells></topology></host></capabilities>"
    ),
    st.lists(_COUNTS, max_size=5, unique=True),
    _COUNTS,
    _IDS,
)
# A list of ids, a host, and a file.
_EXAMPLES = st.builds(
    lambda ids, host, objects: f"{ids}\n{host}\n" + "\n---\n".join(map(json.dumps, objects)),
    _IDS, _HOST, st.lists(_OBJECTS, min_size=1, max_size=4),
).map(str.encode)  # fmt: skip


def check(data: bytes) -> None:
    ids, _, rest = data.decode("utf-8", "replace").partition("\n")
    host, _, text = rest.partition("\n")
    settings = Settings(RELEASES[len(data) % len(RELEASES)])
    size, node = len(data), Node()
    with _billed("a cpulist", size), suppress(ValueError):
        node = node._replace(cpuset=parse_cpulist(ids))
    with _billed("a host", size), suppress(ValueError):
        node = node._replace(host=parse_host(host))
    source = Source("vm.yaml", text)
    with _billed("the platform", size):
        platform = Platform(read_objects(source, compose(text)))
        settings = settings._replace(platform=platform).at(source.path)
    with _billed("linting", size):
        lint(source, settings)
    with _billed("fixing", size):
        fix(source, settings, unsafe=True)
    with _billed("previews", size, _SECONDS_OF_A_PREVIEW, _BYTES_OF_A_PREVIEW):
        documents = tuple(compose(text))
        nodes = node_of(node, lambda _: settings.platform)
        vms = list(virtual_machines(source, documents, settings))[:1]
        made = [each for each in previews(vms, nodes) if isinstance(each, Previewed)]
        import_module(f"rtlint.preview.{_FORMS[size % len(_FORMS)]}").render(made)
    with _billed("effective VMIs", size), suppress(UnknownValue):
        render_effective(vms)


@contextmanager
def _billed(
    what: str, size: int, seconds: float = _SECONDS, memory: int = _BYTES
) -> Iterator[None]:
    """Hold the processor's time and the memory of a block against the size of its input."""
    tracemalloc.start()
    began = time.process_time()
    try:
        yield
        took = time.process_time() - began
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert took <= seconds + size * _SECONDS_A_BYTE, f"{what}: {took:.1f} s for {size} bytes"
    assert held <= memory + size * _BYTES_A_BYTE, f"{what}: {held} bytes for {size}"


TARGET = Target(check, _EXAMPLES, ["4294967295", "-", ",", "^", "1e99", "16384", "Ei", '"'])
