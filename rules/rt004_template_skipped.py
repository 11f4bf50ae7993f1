"""A template that was skipped: it is not YAML until it is rendered.

## Why
The result of a Helm, Go, Jinja or `envsubst` template depends on values that are not in the file. A
template that is valid YAML as it is, with its placeholders in quotes, is linted; a placeholder is
never reported as a wrong value. Reported once per run.

## Source
docs/templates.md: how to lint the rendered output.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata:
  name: {{ .Values.name }}
spec:
  domain:
    devices: {}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata:
  name: "{{ .Values.name }}"
spec:
  domain:
    devices: {}
```
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.rule import Context, Finding, Findings, Rule

if TYPE_CHECKING:
    from rtlint.lint.templates import Template

RULE = Rule("RT004", "template-skipped", "info", "template")
policy = "The API server gets objects, not text."

_WAYS = {
    "Helm": "Lint the output: `helm template CHART | rtlint -`, or use `--render`.",
    "Go": "Render it and lint the output: `… | rtlint -`.",
    "Jinja": "Render it and lint the output: `… | rtlint -`.",
    "envsubst": "Lint the output: `envsubst < FILE | rtlint -`.",
}


def check(template: Template, _: Context) -> Findings:
    what = {"envsubst": "text with `envsubst` placeholders"}.get(
        template.language, f"a {template.language} template"
    )
    yield Finding(
        "",
        f"Skipped: {what} is not YAML until it is rendered. {_WAYS[template.language]}",
    )
