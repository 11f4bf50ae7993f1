"""A kubelet's CPU manager gives VMs no CPUs of their own, or keeps the kubelet from starting.

## Why
Only with `cpuManagerPolicy: static` a kubelet gives a pod CPUs of its own, and virt-handler labels
its node for dedicated CPUs. The static policy needs a CPU that is reserved for the node itself:
with none in `reservedSystemCPUs`, `systemReserved` and `kubeReserved` the kubelet does not start.
Nor does it with an option that it does not know, or one that is not the text `"true"` or `"false"`.
OpenShift reserves half a CPU where a KubeletConfig says nothing.

## Source
Kubernetes, pkg/kubelet/cm/cpumanager/cpu_manager.go (NewManager) and policy_options.go (v1.22 to
v1.36: prefer-align-cpus-by-uncorecache and strict-cpu-reservation from v1.32,
distribute-cpus-across-cores from v1.31); kubevirt/kubevirt v1.9.0, pkg/virt-handler/heartbeat;
openshift/machine-config-operator 7ff337a4f, pkg/controller/kubelet-config/helpers.go.

## Wrong
```yaml
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cpuManagerPolicy: static
```

## Right
```yaml
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cpuManagerPolicy: static
reservedSystemCPUs: 0-1
```

## Fix
Writes `static` where the policy is misspelt, and puts an option's value in quotes.
"""

from rtlint.platform.kubelet import at, kubelet_of
from rtlint.platform.model import Platform
from rtlint.platform.needs import few, on_kubelet, places
from rtlint.rule import (
    Context,
    Fields,
    Finding,
    Findings,
    Object,
    Rule,
    Set,
    UnknownValue,
    safe,
)

RULE = Rule("RT821", "kubelet-cpu-manager", "error", "platform", "safe")

_POLICY, _OPTIONS = "cpuManagerPolicy", "cpuManagerPolicyOptions"
_KNOWN_OPTIONS = (
    "align-by-socket",
    "distribute-cpus-across-cores",
    "distribute-cpus-across-numa",
    "full-pcpus-only",
    "prefer-align-cpus-by-uncorecache",
    "strict-cpu-reservation",
)
# What strconv.ParseBool reads.
_BOOLEANS = ("1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False")
# A profile makes its kubelets' policy static.
_KUBELETS = ("KubeletConfig", "KubeletConfiguration", "PerformanceProfile")


def check(obj: Object, context: Context) -> Findings:
    kubelet = kubelet_of(obj.kind, obj.data)
    if kubelet is None or context.platform is None:
        return
    policy = kubelet.string(_POLICY)
    if policy == "static":
        yield from _reserves_nothing(obj.kind, kubelet)
    elif policy is not None:
        yield from _not_static(policy, kubelet, obj, context.platform)
    yield from _options(kubelet)


def _not_static(policy: str, kubelet: Fields, obj: Object, platform: Platform) -> Findings:
    path = at(kubelet, _POLICY)
    if policy.lower() == "static":
        yield Finding(
            path,
            f"The kubelet does not start: it knows no CPU manager policy `{policy}`. Write "
            "`static`.",
            safe("Write `static`.", Set(path, "static")),
        )
    elif policy != "none":
        yield Finding(
            path,
            f"The kubelet does not start: it knows no CPU manager policy `{policy}`. For VMs with "
            "dedicated CPUs write `static`.",
        )
    else:
        vms = [vm for vm in on_kubelet(obj, platform) if vm.is_dedicated]
        # Others' kubelets may give CPUs out.
        if vms and not any(_is_static(each.kind, each.data) for each in platform.of(*_KUBELETS)):
            yield Finding(
                path,
                "The kubelet gives out no CPUs, and no other kubelet of the run does: "
                f"{few(vms)} cannot be scheduled. Write `static`, and `reservedSystemCPUs`.",
                related=places(vms, "needs dedicated CPUs."),
            )


def _is_static(kind: str, data: dict[str, object]) -> bool:
    if kind == "PerformanceProfile":
        return True
    kubelet = kubelet_of(kind, data)
    try:
        return kubelet is None or kubelet.string(_POLICY) not in (None, "none")
    except UnknownValue:
        return True


def _reserves_nothing(kind: str, kubelet: Fields) -> Findings:
    # The machine config operator reserves half a CPU where a KubeletConfig reserves none.
    if kind != "KubeletConfiguration" or kubelet.string("reservedSystemCPUs"):
        return
    reserved = [kubelet.quantity(f"{name}.cpu") for name in ("systemReserved", "kubeReserved")]
    if not any(quantity is not None and quantity.nano > 0 for quantity in reserved):
        yield Finding(
            at(kubelet, _POLICY),
            "The kubelet does not start: its static policy needs a CPU that is reserved for the "
            "node. Write `reservedSystemCPUs`, such as `0-1`.",
        )


def _options(kubelet: Fields) -> Findings:
    for name, value in kubelet.mapping(_OPTIONS).items():
        path = at(kubelet, _OPTIONS, name)
        if name not in _KNOWN_OPTIONS:
            yield Finding(
                path,
                f"The kubelet does not start: it knows no option `{name}` of its CPU manager. It "
                f"knows {', '.join(_KNOWN_OPTIONS)}.",
                on_key=True,
            )
        elif isinstance(value, bool):
            text = "true" if value else "false"
            yield Finding(
                path,
                f'The kubelet does not start: the option wants a text. Write "{text}", in quotes.',
                safe(f'Write "{text}".', Set(path, text)),
            )
        elif isinstance(value, str) and value not in _BOOLEANS:
            yield Finding(
                path, f'The kubelet does not start: `{value}` is neither "true" nor "false".'
            )
