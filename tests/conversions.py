"""Specs and their conversions, for the tests of the conversion and of what shows it."""

import copy

import measured
from hypothesis import strategies as st

from rtlint.kubernetes.fields import PLACEHOLDER
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.conversion.preview import preview
from rtlint.kubevirt.releases import NEWEST, Release, parse_release


def preview_of(row, release):
    return preview(
        row["manifest"]["spec"],
        measured.annotations(row),
        parse_release(release),
        measured.cluster(row),
        host=measured.host_of(row),
        cpuset=row["cpuset"],
    )


def spec_of(*, cpu=None, devices=None, memory=None, **domain):
    realtime = {
        "cores": 4,
        "dedicatedCpuPlacement": True,
        "isolateEmulatorThread": True,
        "model": "host-passthrough",
        "numa": {"guestMappingPassthrough": {}},
        "realtime": {},
    }
    return {
        "domain": {
            "cpu": realtime | (cpu or {}),
            "devices": devices or {},
            "memory": memory or {"guest": "4Gi", "hugepages": {"pageSize": "1Gi"}},
            **domain,
        }
    }


def made(spec, release=NEWEST, cluster=None, annotations=None, **host):
    return preview(spec, annotations or {}, release, cluster or Cluster(), **host)


def paths(value, path=()):
    """The paths of everything in the value, parents before their children."""
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, key)
            yield from paths(child, (*path, key))


def replaced(value, path, odd):
    if not path:
        return odd
    changed = copy.copy(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], odd)
    return changed


WHOLE = spec_of(
    cpu={"features": [{"name": "invtsc", "policy": "require"}], "maxSockets": 2},
    devices={
        "disks": [{"name": "d", "disk": {"bus": "virtio"}, "dedicatedIOThread": True}],
        "inputs": [{"name": "i", "type": "tablet", "bus": "usb"}],
        "filesystems": [{"name": "f", "virtiofs": {}}],
        "video": {"type": "virtio"},
    },
    memory={"guest": "2Gi", "maxGuest": "4Gi", "hugepages": {"pageSize": "2Mi"}},
    resources={"requests": {"cpu": "4"}, "limits": {"memory": "2Gi"}},
    features={"acpi": {"enabled": True}, "kvm": {"hidden": True}, "hyperv": {"synictimer": {}}},
    ioThreadsPolicy="auto",
    ioThreads={"supplementalPoolThreadCount": 1},
) | {"nodeSelector": {"a": "b"}, "architecture": "amd64"}
ODD = st.sampled_from(
    [None, PLACEHOLDER, True, 0, -1, 10**30, 0.5, "", "0", "-1Gi", "abc", [], {}, [None], {"": 0}]
)
RELEASES = [Release(0, 47, 1), Release(1, 1, 1), Release(1, 5, 0), NEWEST]
# Later changes lie before earlier ones in the spec, so none takes away another's parent.
CHANGES = st.dictionaries(
    st.sampled_from(list(enumerate(paths(WHOLE)))), ODD, min_size=1, max_size=3
)
