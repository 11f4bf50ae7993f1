"""The file is no YAML that Kubernetes could read.

## Why
kubectl and every GitOps tool refuse the whole file, so none of its objects reaches the cluster.
rtlint reports the place and goes on at the next document. Found here are syntax errors, text that
is not UTF-8, characters that YAML does not admit, keys that are no strings, values that do not fit
their tag, and what is beyond rtlint's limits on size, depth, aliases and findings, which `--limit`
moves.

Valid YAML may fail too. kubectl splits a file at lines `---` before any parser sees it: it refuses
content behind `---`, and a directive that begins a file; a document between bare carriage returns
it passes over without a word, and the cluster never sees it. JSON has no `.inf` and no `.nan`.
rtlint reports these, and lints the documents all the same.

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


def check(problem: Unreadable, _: Context) -> Findings:
    yield Finding("", problem.message)
