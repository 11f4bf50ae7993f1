"""What fields of the platform's objects do to VMs, and which rules watch them."""

from __future__ import annotations

from rtlint.lsp.fields import Field
from rtlint.platform.needs import GATES

_BOOLEAN = ("true", "false")
_POLICIES = ("single-numa-node", "restricted", "best-effort", "none")
_SIZES = ("1G", "2M")

# By path in a KubeletConfiguration.
_KUBELET = {
    "cpuManagerPolicy": Field(
        "`static` gives pods CPUs of their own; only such nodes are labelled for dedicated CPUs.",
        ("RT821",),
        ("static", "none"),
    ),
    "cpuManagerPolicyOptions": Field(
        "Options of the CPU manager; each value is a text in quotes.", ("RT821", "RT110")
    ),
    "cpuManagerPolicyOptions.full-pcpus-only": Field(
        "The kubelet gives out whole cores, and refuses a pod that asks for half a one.",
        ("RT821", "RT110"),
        ('"true"', '"false"'),
    ),
    "topologyManagerPolicy": Field(
        "Whether the CPUs and pages of a pod have to come from one NUMA cell.",
        ("RT822",),
        _POLICIES,
    ),
    "memoryManagerPolicy": Field(
        "`Static` takes memory and hugepages from the cells of the pod's CPUs.",
        ("RT823",),
        ("Static", "None"),
    ),
    "reservedMemory": Field(
        "How much memory of each NUMA cell is kept from pods; the sum is what kubeReserved, "
        "systemReserved and evictionHard keep.",
        ("RT823",),
    ),
    "reservedSystemCPUs": Field(
        "The CPUs that the kubelet keeps for the node itself; the static policy needs some.",
        ("RT821",),
    ),
    "systemReserved": Field("What is kept for the system's own processes.", ("RT821", "RT823")),
    "kubeReserved": Field("What is kept for Kubernetes' own processes.", ("RT821", "RT823")),
    "evictionHard": Field("Below how much free memory the kubelet evicts pods.", ("RT823",)),
}

_PROFILE = {
    "spec.cpu": Field("Which CPUs are for pods, and which for the node itself.", ("RT811",)),
    "spec.cpu.isolated": Field(
        "The CPUs that pods get. The kernel keeps its own work off them.", ("RT811", "RT841")
    ),
    "spec.cpu.reserved": Field("The CPUs that the node keeps for itself.", ("RT811",)),
    "spec.cpu.offlined": Field("CPUs that are switched off.", ("RT811",)),
    "spec.cpu.shared": Field("CPUs that pods share, for `mixedCpus`.", ("RT811", "RT813")),
    "spec.cpu.ovsDpdk": Field("CPUs of Open vSwitch's polling threads.", ("RT811",)),
    "spec.hugepages": Field("The hugepages that are set aside when the node boots.", ("RT842",)),
    "spec.hugepages.defaultHugepagesSize": Field(
        "The kernel's default size of hugepages, written as the kernel does.", ("RT814",), _SIZES
    ),
    "spec.hugepages.pages": Field("How many pages of each size.", ("RT814", "RT842")),
    "spec.hugepages.pages[].size": Field(
        "The size of the pages, written as the kernel does.", ("RT814",), _SIZES
    ),
    "spec.hugepages.pages[].count": Field("How many pages.", ("RT814", "RT842")),
    "spec.hugepages.pages[].node": Field(
        "The NUMA cell that the pages are in; without it they are spread over all.",
        ("RT814", "RT842"),
    ),
    "spec.realTimeKernel.enabled": Field(
        "Installs the realtime kernel, which can be interrupted nearly everywhere.",
        ("RT812",),
        _BOOLEAN,
    ),
    "spec.workloadHints.realTime": Field(
        "Sets `kernel.sched_rt_runtime_us` to -1, without which no realtime VM is scheduled.",
        ("RT812",),
        _BOOLEAN,
    ),
    "spec.workloadHints.highPowerConsumption": Field(
        "Keeps all CPUs awake: a CPU that sleeps wakes late.", ("RT813",), _BOOLEAN
    ),
    "spec.workloadHints.perPodPowerManagement": Field(
        "Leaves it to each pod how deep its CPUs sleep.", ("RT813",), _BOOLEAN
    ),
    "spec.workloadHints.mixedCpus": Field(
        "Gives pods `cpu.shared` beside CPUs of their own.", ("RT813",), _BOOLEAN
    ),
    "spec.numa.topologyPolicy": Field(
        "Whether the CPUs and pages of a pod have to come from one NUMA cell. `single-numa-node` "
        "also turns on `full-pcpus-only`.",
        ("RT815", "RT110"),
        _POLICIES,
    ),
    "spec.nodeSelector": Field(
        "The label of the nodes; of `domain/role` the pool's label is made.", ("RT816",)
    ),
    "spec.machineConfigLabel": Field(
        "The label of the MachineConfigs that the operator makes.", ("RT816",)
    ),
    "spec.machineConfigPoolSelector": Field(
        "The label of the machine config pool whose nodes are tuned.", ("RT816",)
    ),
    "spec.additionalKernelArgs": Field("Further arguments of the kernel.", ("RT818",)),
    "spec.additionalKernelArgs[]": Field("An argument of the kernel.", ("RT818",)),
}

_METHODS = Field(
    "How VMs get a new virt-launcher when KubeVirt is upgraded. A migrated VM has no SCHED_FIFO.",
    ("RT805",),
)
_RUNTIME_CLASS = Field(
    "The runtime class of the VMs' pods: CRI-O heeds its annotations only with that of a "
    "PerformanceProfile, `performance-NAME`.",
    ("RT804",),
)

# By kind and path.
PLATFORM_FIELDS = {
    "PerformanceProfile": _PROFILE,
    "KubeletConfiguration": _KUBELET,
    "KubeletConfig": {
        "spec.machineConfigPoolSelector": Field(
            "The label of the machine config pool whose kubelets change; without one none does.",
            ("RT824",),
        ),
        **{f"spec.kubeletConfig.{path}": field for path, field in _KUBELET.items()},
    },
    "MachineConfig": {
        "spec.kernelType": Field(
            "The kernel of the pool's nodes.", ("RT832",), ("default", "realtime", "64k-pages")
        ),
        "spec.kernelArguments": Field("Arguments of the kernel.", ("RT831", "RT832")),
        "spec.kernelArguments[]": Field("An argument of the kernel.", ("RT831", "RT832")),
    },
    "MachineConfigPool": {
        "spec.paused": Field(
            "The pool's nodes take no change until it goes on.", ("RT816",), _BOOLEAN
        )
    },
    "SriovNetworkNodePolicy": {
        "spec.deviceType": Field(
            "What drives the virtual functions: VMs get those of an Intel card by `vfio-pci`.",
            ("RT851",),
            ("vfio-pci", "netdevice"),
        ),
        "spec.excludeTopology": Field(
            "Whether the kubelet is not told the card's NUMA cell.", ("RT851",), _BOOLEAN
        ),
        "spec.isRdma": Field("RDMA by the host's driver.", ("RT851",), _BOOLEAN),
        "spec.nicSelector": Field("Which cards the policy is for.", ("RT851",)),
        "spec.nicSelector.netFilter": Field(
            "The network that a cloud's cards are on; it excludes all other ways.", ("RT851",)
        ),
        "spec.resourceName": Field("What pods ask for to get a virtual function.", ("RT851",)),
    },
    "Tuned": {
        "spec.profile[].data": Field(
            "The profile as TuneD reads it, such as `kernel.sched_rt_runtime_us` in its section "
            "sysctl.",
            ("RT831",),
        )
    },
    "HyperConverged": {
        "spec.featureGates": Field("Gates that HyperConverged passes on to KubeVirt.", ("RT803",)),
        "spec.featureGates.alignCPUs": Field(
            "KubeVirt asks for a second emulator CPU where the pod's would be an odd number.",
            ("RT803",),
            _BOOLEAN,
        ),
        "spec.defaultRuntimeClass": _RUNTIME_CLASS,
        "spec.virtualization.virtualMachineOptions.defaultRuntimeClass": _RUNTIME_CLASS,
        "spec.workloadUpdateStrategy.workloadUpdateMethods": _METHODS,
        "spec.virtualization.workloadUpdateStrategy.workloadUpdateMethods": _METHODS,
    },
    "KubeVirt": {
        GATES: Field(
            "What is turned on: CPUManager for dedicated CPUs, NUMA to v1.3, AlignCPUs for parity.",
            ("RT801", "RT802", "RT803"),
        ),
        f"{GATES}[]": Field("A feature that is turned on.", ("RT801", "RT802", "RT803")),
        "spec.configuration.defaultRuntimeClass": _RUNTIME_CLASS,
        "spec.configuration.vmRolloutStrategy": Field(
            "Whether changes reach running VMs. With LiveUpdate, the default from v1.6, domains "
            "are built for hotplug.",
            ("RT806",),
            ("Stage", "LiveUpdate"),
        ),
        "spec.workloadUpdateStrategy.workloadUpdateMethods": _METHODS,
    },
}
