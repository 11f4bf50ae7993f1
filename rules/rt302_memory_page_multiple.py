"""The memory is not a multiple of the page size.

## Why
KubeVirt refuses memory that is smaller than one page or not a multiple of the page size. It checks
the memory request: if that is a multiple and `memory.guest` is not, the VM is admitted, but
nothing can back the guest's memory and it does not start.

## Source
kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook, validateHugepagesMemoryRequests
(measured); Kubernetes refuses a pod whose hugepages are no multiple of their size.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, realtime: {}}
    memory: {guest: 1536Mi, hugepages: {pageSize: 1Gi}}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, realtime: {}}
    memory: {guest: 2Gi, hugepages: {pageSize: 1Gi}}
```

## Fix
Rounds the memory up to whole pages, wherever it is set. Unsafe, because the VM grows.
"""

from rtlint.kubevirt.defaults import sets_memory_request
from rtlint.kubevirt.repairs import as_text, page_repairs
from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Rule, Workload, parse_quantity, set_all, unsafe

RULE = Rule("RT302", "memory-page-multiple", "error", "pages", "unsafe")


def check(vm: Workload, _: Context) -> Findings:
    size = "domain.memory.hugepages.pageSize"
    page = parse_quantity(vm.spec.string(size))
    if page is None or page.value <= 0:
        return
    refused = {cause.path for cause in vm.refusals("memory-below-page", "memory-page-multiple")}
    guest = vm.spec.quantity("domain.memory.guest")
    wrong = set(refused)
    if guest is not None and guest.value % page.value:
        wrong.add("domain.memory.guest")
    repairs = page_repairs(vm, page)
    fix = None
    if repairs:
        description = f"Round the memory up to whole pages: {as_text(repairs)}."
        # Another page size makes other figures of it.
        fix = unsafe(description, *set_all(vm, repairs))._replace(reads=(vm.at(size),))
    for path in sorted(wrong):
        memory = vm.spec.quantity(path)
        is_refused = path in refused
        effect = (
            "KubeVirt refuses the VM" if is_refused else "The VM is admitted but does not start"
        )
        nearest = f", such as {dict(repairs)[path]}" if path in dict(repairs) else ""
        yield Finding(
            vm.at(path),
            f"`{path.removeprefix('domain.')}` is {memory}, not a multiple of the {page} page "
            f"size. {effect}. Write a multiple of {page}{nearest}.",
            fix,
        )


def policy(context: Context) -> Cel:
    # Where the webhook fills in no request, virt-controller does so on the pod.
    may_be_none = "false" if sets_memory_request(context.release) else "variables.inPages == 0"
    return Cel(
        "domain.memory",
        f"""
        variables.page <= 0 ||
        (variables.partial || variables.inPages == -1 || {may_be_none} ||
          (variables.inPages >= variables.page && variables.inPages % variables.page == 0)) &&
        (variables.guest <= 0 || variables.guest % variables.page == 0)
        """,
        "The memory is not a multiple of the page size: the VM is refused, or does not start.",
    )
