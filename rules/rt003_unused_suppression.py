"""A suppression that suppresses nothing, or names no rule.

## Why
The finding that it once hid is gone or has moved. If the suppression stays, it hides the next
problem on this line before anybody has seen it. A misspelt rule, or `ignore-file` after the start
of the first document, suppresses nothing at all.

## Source
rtlint's own suppressions (docs/suppressions.md).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      model: host-passthrough  # rtlint: ignore[RT101] the migration is planned
      realtime: {}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      model: host-model  # rtlint: ignore[RT101] the migration is planned
      realtime: {}
```

## Fix
Removes the names that suppress nothing, and the comment or annotation with the last of them.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.lint.registry import unknown_rule
from rtlint.rule import Context, Finding, Findings, Fix, Remove, Rule, Set, safe

if TYPE_CHECKING:
    from rtlint.lint.suppressions import Unused

RULE = Rule("RT003", "unused-suppression", "warning", "suppression", "safe")
policy = "The API server gets objects, not text."


def check(unused: Unused, _: Context) -> Findings:
    yield Finding(unused.suppression.path, _message(unused), _fix(unused))


def _message(unused: Unused) -> str:
    if not unused.suppression.names:
        return "The suppression names no rule, so it suppresses nothing. Write `ignore[RT101]`."
    if unused.suppression.is_late:
        return (
            "`ignore-file` works only before the first document. Move it to the top of the file, "
            "or remove it."
        )
    if unused.unknown:
        problem = unknown_rule(unused.unknown[0])
        stop = "" if problem.endswith("?") else "."
        return f"{problem}{stop} Correct the name, or remove it."
    names = " or ".join(f"`{name}`" for name in unused.names)
    return f"There is no {names} finding here to suppress. Remove the suppression."


def _fix(unused: Unused) -> Fix:
    path = unused.suppression.path
    if not unused.rest:
        what = "annotation" if path else "comment"
        return safe(f"Remove the {what}.", *((Remove(path),) if path else ()))
    names = ", ".join(unused.names)
    operations = (Set(path, ",".join(unused.rest)),) if path else ()
    return safe(f"Remove {names} from it.", *operations)
