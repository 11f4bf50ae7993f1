"""Nobody can log in to the VM.

## Why
With neither a graphics card nor a serial console, `virtctl vnc` and `virtctl console` cannot reach
the guest. If its network fails, there is no way in.

## Source
kubevirt/kubevirt, converter: `serial` and `console` follow autoattachSerialConsole.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, realtime: {}}
    devices: {autoattachGraphicsDevice: false, autoattachSerialConsole: false}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, realtime: {}}
    devices: {autoattachGraphicsDevice: false, autoattachSerialConsole: true}
```

## Fix
Sets `autoattachSerialConsole: true`.
"""

from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Rule, Set, Workload, safe

RULE = Rule("RT404", "no-console", "info", "realtime", "safe")


def check(vm: Workload, _: Context) -> Findings:
    devices = "domain.devices"
    if vm.spec.boolean(f"{devices}.autoattachSerialConsole") is not False:
        return
    if vm.spec.boolean(f"{devices}.autoattachGraphicsDevice") is not False:
        return
    path = vm.at(f"{devices}.autoattachSerialConsole")
    yield Finding(
        path,
        "The VM has neither a serial console nor a graphics card. Nobody can log in when the "
        "network fails. Write `autoattachSerialConsole: true`.",
        safe("Set `autoattachSerialConsole: true`.", Set(path, True)),
    )


def policy(_: Context) -> Cel:
    return Cel(
        "domain.devices.autoattachSerialConsole",
        """
        variables.devices.?autoattachSerialConsole.orValue(true) ||
        variables.devices.?autoattachGraphicsDevice.orValue(true)
        """,
        "The VM has neither a serial console nor a graphics card. "
        "Write `autoattachSerialConsole: true`.",
    )
