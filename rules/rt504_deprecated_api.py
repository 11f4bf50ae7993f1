"""An apiVersion or a field that KubeVirt has replaced.

## Why
`kubevirt.io/v1alpha3` is deprecated from v1.0 on. The alpha versions of instancetypes and
preferences are served up to v1.6; later releases refuse them. `running` is deprecated from v1.4 on,
in favour of `runStrategy`. A deprecated version or field goes away in some later release, and the
manifest stops working there.

## Source
KubeVirt's published API definition, v0.47 to v1.9; kubevirt/kubevirt, issue 11993 (`running`).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: rt}
spec:
  running: true
  template:
    spec:
      domain:
        devices: {}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: rt}
spec:
  runStrategy: Always
  template:
    spec:
      domain:
        devices: {}
```

## Fix
Writes the newest apiVersion that the target serves, if the object is valid in it. Writes
`runStrategy: Always` for `running: true`, `Halted` for `false`.
"""

from rtlint.kubevirt.kinds import virtual_machine_path
from rtlint.kubevirt.schema.api import minor_of, version_text
from rtlint.kubevirt.schema.versions import not_served
from rtlint.rule import Context, Fields, Finding, Findings, Move, Object, Rule, Set, safe

RULE = Rule("RT504", "deprecated-api", "warning", "object", "safe")
policy = "The API server converts versions before policies see them."

_ALPHA, _STABLE = "kubevirt.io/v1alpha3", "kubevirt.io/v1"
_GOES = "`{}` is deprecated from {} on, and a later release may refuse it. Write {}."


def check(obj: Object, context: Context) -> Findings:
    yield from _version(obj, context)
    yield from _running(obj, context)


def _version(obj: Object, context: Context) -> Findings:
    if obj.api_version == _ALPHA and context.release >= (1, 0):
        fix = safe(f"Write `{_STABLE}`.", Set("apiVersion", _STABLE))
        yield Finding("apiVersion", _GOES.format(_ALPHA, "v1.0", f"`{_STABLE}`"), fix)
        return
    found = not_served(obj, context.release)
    if found is None or found.instead is None or found.range is None:
        return
    until, target = found.range.until, minor_of(context.release)
    if until is not None and target > until:
        message = (
            f"KubeVirt served `{obj.api_version}` up to {version_text(until)}. The target, "
            f"{version_text(target)}, refuses it. Write `{found.instead}`."
        )
        set_version = Set("apiVersion", found.instead)
        newest = safe(f"Write `{found.instead}`.", set_version)
        yield Finding("apiVersion", message, newest if found.is_valid else None)


def _running(obj: Object, context: Context) -> Findings:
    spec = virtual_machine_path(obj)
    if spec is None or context.release < (1, 4):
        return
    fields = Fields(obj.data)
    running = fields.boolean(f"{spec}.running")
    if running is None:
        return
    strategy = "Always" if running else "Halted"
    fix = None
    if not fields.has(f"{spec}.runStrategy"):
        fix = safe(
            f"Write `runStrategy: {strategy}`.",
            Move(f"{spec}.running", f"{spec}.runStrategy"),
            Set(f"{spec}.runStrategy", strategy),
        )
    message = _GOES.format("running", "v1.4", f"`runStrategy: {strategy}`")
    path = f"{spec}.running"
    yield Finding(path, message, fix, on_key=True, unless=(("RT505", path),))
