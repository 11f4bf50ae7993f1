"""The file is a template, no YAML until it is rendered, and was skipped.

## Why
What Helm, Go or Jinja templates and `envsubst` make of a file hangs on values that do not stand in
it. A template that is valid YAML as it is, with placeholders in quotes, is linted: what a
placeholder stands for is never wrong. Of a whole run this is reported once.

## Source
docs/templates.md: how to lint what comes out.

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

from typing import TYPE_CHECKING

from rtlint.rule import Context, Finding, Findings, Rule

if TYPE_CHECKING:
    from rtlint.lint.templates import Template

RULE = Rule("RT004", "template-skipped", "info", "template")

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
