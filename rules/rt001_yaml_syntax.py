"""The file is not valid YAML for Kubernetes.

## Why
kubectl and every GitOps tool refuse the whole file, so none of its objects reaches the cluster.
rtlint reports the place and continues with the next document. Reported are syntax errors, text that
is not UTF-8, characters that YAML does not allow, keys that are not strings, values that do not fit
their tag, and input over rtlint's limits on size, depth, aliases and findings (see `--limit`).

Valid YAML can fail too. kubectl splits a file at lines `---` before it parses anything: it refuses
content after `---` on the same line, and a directive at the start of a file; it silently skips a
document between bare carriage returns. JSON has no `.inf` and no `.nan`. rtlint reports these and
still lints the documents.

## Source
Kubernetes reads manifests with go-yaml v2 (sigs.k8s.io/yaml); YAML 1.1, sections 5.1 and 5.2.
The splitter: k8s.io/apimachinery v0.36.0, util/yaml (YAMLReader, YAMLOrJSONDecoder).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt
spec: {}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec: {}
```
"""

from rtlint.rule import Context, Finding, Findings, Rule
from rtlint.yaml.source import Unreadable

RULE = Rule("RT001", "yaml-syntax", "error", "text")
policy = "The API server gets objects, not text."


def check(problem: Unreadable, _: Context) -> Findings:
    yield Finding("", problem.message)
