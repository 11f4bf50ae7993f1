"""VMs and their previews, for the tests of every format."""

import json

from rtlint.kubernetes.objects import objects
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.kinds import GROUPS
from rtlint.kubevirt.releases import parse_release
from rtlint.kubevirt.workload import workload
from rtlint.preview.concerns import concerns
from rtlint.preview.model import Node, make_preview
from rtlint.yaml.compose import compose
from rtlint.yaml.source import Source

VM = {
    "apiVersion": "kubevirt.io/v1",
    "kind": "VirtualMachineInstance",
    "metadata": {"name": "rt"},
    "spec": {
        "domain": {
            "cpu": {
                "cores": 4,
                "model": "host-passthrough",
                "dedicatedCpuPlacement": True,
                "isolateEmulatorThread": True,
                "numa": {"guestMappingPassthrough": {}},
                "realtime": {},
            },
            "memory": {"guest": "4Gi", "hugepages": {"pageSize": "1Gi"}},
            "devices": {"autoattachMemBalloon": False},
        }
    },
}


def vm(cpu=None, memory=None, devices=None, name="rt", **domain):
    changed = json.loads(json.dumps(VM))
    inner = changed["spec"]["domain"]
    inner["cpu"].update(cpu or {})
    inner["memory"].update(memory or {})
    inner["devices"].update(devices or {})
    inner.update(domain)
    changed["metadata"]["name"] = name
    return changed


def previewed(manifest=VM, release="v1.9.0", cluster=None, **node):
    source = Source("vm.yaml", json.dumps(manifest))
    (document,) = compose(source.text)
    (obj,) = objects(source, document, GROUPS)
    return make_preview(workload(obj, parse_release(release), cluster or Cluster()), Node(**node))


def wrong(previewed):
    """What looks wrong, in words."""
    return tuple(concern.message for concern in concerns(previewed))
