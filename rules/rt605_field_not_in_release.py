"""A field or a kind that the target release does not have.

## Why
Fields come and go with KubeVirt's releases. The API server silently drops a field that the target
does not have, or refuses it under strict validation; it refuses an object of a kind or version that
the target does not serve. The target is the newest release, unless `--kubevirt-version` names
another. Also reported: a misspelt kind (`VirtualMachin`) or group (`kubvirt.io/v1`). Kinds of the
same name in other projects' groups are left alone.

## Source
KubeVirt's published API definition, v0.47 to v1.9.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: rt}
spec:
  flavor: {name: small}
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
  instancetype: {name: small}
  template:
    spec:
      domain:
        devices: {}
```
"""

from rtlint.kubevirt.schema.api import Range, kinds, minor_of, version_text
from rtlint.kubevirt.schema.problem import OtherRelease
from rtlint.kubevirt.schema.problems import problems
from rtlint.kubevirt.schema.versions import not_served
from rtlint.rule import Context, Finding, Findings, Object, Release, Rule

RULE = Rule("RT605", "field-not-in-release", "error", "object")
policy = "The API server drops unknown fields before policies see them."


def check(obj: Object, context: Context) -> Findings:
    yield from _kind(obj, context.release)
    for problem in problems(obj, context.release):
        if isinstance(problem, OtherRelease):
            instead = (
                "Remove it" if _is_over(problem.range, context.release) else "Upgrade, or remove it"
            )
            message = (
                f"`{problem.name}` {_when(problem.range, context.release)} silently drops it. "
                f"{instead}."
            )
            yield Finding(problem.path, message, on_key=True)


def _kind(obj: Object, release: Release) -> Findings:
    """A kind or group that is misspelt or not there yet; RT504 speaks of one that went."""
    meant = _meant(obj)
    if meant is not None:
        message = f"No release of KubeVirt has a kind `{obj.kind}`. Did you mean `{meant}`?"
        yield Finding("kind", message)
    found = not_served(obj, release)
    if found is None or _is_over(found.range, release):
        return
    instead = f" Write `{found.instead}`." if found.instead else ""
    if found.range is None:
        message = f"No release of KubeVirt has `{obj.kind}` in `{obj.api_version}`.{instead}"
    else:
        name = obj.api_version if found.instead else obj.kind
        message = f"`{name}` {_when(found.range, release)} refuses the object.{instead}"
    yield Finding("apiVersion" if found.instead else "kind", message)


def _meant(obj: Object) -> str | None:
    """The kind that a misspelt one was meant to be."""
    if (obj.api_version, obj.kind) in kinds():
        return None
    from rtlint.kubevirt.schema.misspelt import near_kind

    return near_kind(obj.api_version, obj.kind)


def _is_over(range: Range | None, release: Release) -> bool:
    return range is not None and range.until is not None and minor_of(release) > range.until


def _when(range: Range, release: Release) -> str:
    """Which releases have it, and that the target does not: the beginning of what that one does."""
    if range.since is not None and release < range.since:
        target = version_text(release[: len(range.since)])
        last = f", and is gone after {version_text(range.until)}" if range.until else ""
        return f"needs {version_text(range.since)}{last}. The target, {target},"
    assert range.until is not None
    target = version_text(minor_of(release))
    last = version_text(range.until)
    if range.since == range.until:
        return f"existed only in {last}. The target, {target},"
    first = f"from {version_text(range.since)} " if range.since else "up "
    return f"existed {first}to {last}. The target, {target},"
