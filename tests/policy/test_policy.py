"""What the policy and its binding do, read as the API server reads them."""

from __future__ import annotations

import json
import re
import string
from copy import deepcopy

import jsonschema
import pytest
from apiserver import Policy
from click.testing import CliRunner
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from policies import plain_policy
from ruamel.yaml import YAML

from rtlint.cli.policy import command
from rtlint.lint.registry import load_rule, rule_names

VM = {
    "apiVersion": "kubevirt.io/v1",
    "kind": "VirtualMachine",
    "metadata": {"name": "rt", "namespace": "default"},
    "spec": {
        "runStrategy": "Always",
        "template": {
            "metadata": {},
            "spec": {"domain": {"cpu": {"cores": 4, "realtime": {}}, "devices": {}}},
        },
    },
}
VMI = {**VM, "kind": "VirtualMachineInstance", "spec": VM["spec"]["template"]["spec"]}
# Of cel-go and of apiserver, pkg/cel/library, as Kubernetes v1.29 has them.
FUNCTIONS = {
    *("all", "exists", "filter", "has", "hasValue", "map", "or", "orValue"),
    *("double", "int", "size", "string", "type"),
    *("contains", "join", "matches", "replace", "split", "startsWith", "substring"),
    *("trim", "upperAscii"),
    *("asApproximateFloat", "compareTo", "isQuantity", "quantity"),
}
SCHEMA = json.loads((ROOT / "tests" / "formats" / "admissionpolicy.schema.json").read_text())


def run(*args):
    done = CliRunner().invoke(command, ["--no-config", *args])
    assert "Traceback" not in done.output
    return done


def exported(*args):
    done = run(*args)
    assert done.exit_code == 0, done.output
    return Policy(done.stdout)


def changed(data, path, value):
    made = deepcopy(data)
    *above, last = path.split("/")
    place = made
    for name in above:
        place = place.setdefault(name, {})
    place[last] = value
    return made


def vmi(**domain):
    cpu = {"cores": 4, "realtime": {}} | domain.pop("cpu", {})
    return {**VMI, "spec": {"domain": {"cpu": cpu, "devices": {}} | domain}}


def test_a_vm_is_judged_where_what_makes_its_vmi_changes():
    policy, _ = plain_policy()
    assert "RT102" in policy.review(VM).rules
    stopped = changed(VM, "spec/runStrategy", "Halted")
    labelled = changed(stopped, "metadata/labels", {"a": "b"})
    assert not policy.review(labelled, VM).matched
    revision = changed(VM, "spec/instancetype", {"name": "rt1", "revisionName": "x"})
    assert not policy.review(revision, changed(VM, "spec/instancetype", {"name": "rt1"})).matched
    grown = changed(VM, "spec/template/spec/domain/cpu/cores", 8)
    assert policy.review(grown, VM).message is not None
    assert policy.review(VM, revision).message is not None


def test_what_is_being_deleted_is_left_alone():
    policy, _ = plain_policy()
    deleted = changed(VM, "metadata/deletionTimestamp", "2026-01-01T00:00:00Z")
    assert not policy.review(changed(deleted, "spec/template/spec/domain/cpu/cores", 1), VM).matched


def test_vmis_are_judged_only_when_they_are_made():
    policy, _ = plain_policy()
    rules = policy.policy["spec"]["matchConstraints"]["resourceRules"]
    operations = {name: rule["operations"] for rule in rules for name in rule["resources"]}
    assert operations["virtualmachineinstances"] == ["CREATE"]
    assert operations["virtualmachines"] == ["CREATE", "UPDATE"]


def test_one_validation_says_all_in_one_line():
    policy, _ = plain_policy()
    message = policy.review(VM).message
    assert message.startswith("RT101 spec.template.spec.domain.cpu.model: ")
    assert message.count(" | ") >= 5
    assert len(policy.policy["spec"]["validations"]) == 1


@pytest.mark.parametrize(
    ("names", "gone"),
    [
        ("RT102, memballoon", {"RT102", "RT401"}),
        ("rt40", {"RT401", "RT402"}),
        ("", set()),
        ("x" * 2000, set()),
    ],
)
@pytest.mark.parametrize("place", ["metadata", "spec/template/metadata"])
def test_the_annotation_suppresses(names, gone, place):
    policy, _ = plain_policy()
    annotated = changed(VM, f"{place}/annotations", {"rtlint.io/ignore": names})
    assert policy.review(VM).rules - policy.review(annotated).rules == gone


def test_what_is_suppressed_hides_nothing():
    policy, _ = plain_policy()
    padded = vmi(cpu={"realtime": {"mask": "00"}})
    assert {"RT205", "RT202"} & policy.review(padded).rules == {"RT205"}
    padded = changed(padded, "metadata/annotations", {"rtlint.io/ignore": "RT205"})
    assert {"RT205", "RT202"} & policy.review(padded).rules == {"RT202"}


def test_under_deny_nobody_excuses_himself():
    excused = changed(VM, "metadata/annotations", {"rtlint.io/ignore": "RT"})
    assert "RT102" in exported("--action", "deny").review(excused).rules
    assert exported("--action", "deny", "--allow-suppressions").review(excused).message is None


def test_a_vm_with_an_instancetype_is_not_judged_by_what_it_lacks():
    policy, _ = plain_policy()
    named = changed(VM, "spec/instancetype", {"name": "rt1.large"})
    assert policy.review(named).rules <= {"RT207"}
    balloon = changed(named, "spec/template/spec/domain/devices", {"autoattachMemBalloon": True})
    assert "RT401" in policy.review(balloon).rules


def test_the_kubevirt_object_has_its_say_and_need_not_be_there():
    policy, _ = plain_policy()
    assert policy.binding["spec"]["paramRef"]["parameterNotFoundAction"] == "Allow"
    sockets = vmi(cpu={"sockets": 2})
    assert "RT107" in policy.review(sockets).rules
    configuration = {"vmRolloutStrategy": "Stage", "evictionStrategy": "LiveMigrate"}
    judged = policy.review(sockets, params={"spec": {"configuration": configuration}}).rules
    assert {"RT107", "RT501"} & judged == {"RT501"}


@pytest.mark.parametrize(
    ("action", "actions", "failure"),
    [
        ("deny", ["Deny", "Audit"], "Fail"),
        ("warn", ["Warn", "Audit"], "Ignore"),
        ("audit", ["Audit"], "Ignore"),
    ],
)
def test_actions(action, actions, failure):
    policy = exported("--action", action, "--name", "realtime.example", "--select", "RT101")
    assert policy.binding["spec"]["validationActions"] == actions
    assert policy.policy["spec"]["failurePolicy"] == failure
    names = {policy.policy["metadata"]["name"], policy.binding["metadata"]["name"]}
    assert names == {"realtime.example"} == {policy.binding["spec"]["policyName"]}


def test_advice_refuses_only_where_it_is_selected():
    bare = {"RT109", "RT502", "RT101"}
    assert exported("--action", "deny").review(VMI).rules & bare == {"RT101"}
    chosen = exported("--action", "deny", "--select", "RT109,RT502")
    assert chosen.review(VMI).rules == {"RT109", "RT502"}


def test_namespaces():
    policy = exported("--select", "RT401", "--namespace-selector", "env=prod,team in (a, b),!x,y")
    assert policy.binding["spec"]["matchResources"]["namespaceSelector"] == {
        "matchLabels": {"env": "prod"},
        "matchExpressions": [
            {"key": "team", "operator": "In", "values": ["a", "b"]},
            {"key": "x", "operator": "DoesNotExist"},
            {"key": "y", "operator": "Exists"},
        ],
    }
    # It reads nothing of the KubeVirt object, so it does not hang on it.
    assert "paramKind" not in policy.policy["spec"]
    assert "paramRef" not in policy.binding["spec"]


@pytest.mark.parametrize(
    "args",
    [
        ["--namespace-selector", "env=prod=test"],
        ["--namespace-selector", "!env=prod"],
        ["--name", "Not A Name"],
        ["--select", "RT999"],
        ["--kubevirt-version", "v0.59"],
        ["--action", "forbid"],
    ],
)
def test_wrong_usage(args):
    done = run(*args)
    assert (done.exit_code, done.stdout) == (2, "")


def test_rules_that_the_api_server_cannot_ask_are_said():
    done = run("--select", "RT601,RT101,crio-annotations,RT110")
    assert done.exit_code == 0
    assert "RT601 is not in the policy. The API server drops unknown fields" in done.stderr
    assert "RT110 is not in the policy." in done.stderr
    assert "RT101" not in done.stderr
    done = run("--select", "RT601")
    assert (done.exit_code, done.stdout) == (0, "")


def test_the_configuration_has_its_say(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".rtlint.yaml").write_text(
        "kubevirt-version: v1.2\nignore: [RT4]\nseverity: {RT105: 'off'}\n"
        "rules:\n  hugepages-1gi: {page-sizes: [2Mi]}\n"
        "  realtime-missing: {match: {names: ['rt-?*']}}\n"
    )
    done = CliRunner().invoke(command, [])
    policy = Policy(done.stdout)
    names = {each["name"] for each in policy.policy["spec"]["variables"]}
    assert {"RT100", "RT301"} <= names
    assert not names & {"RT105", "RT401"}
    assert policy.policy["metadata"]["annotations"]["rtlint.io/kubevirt"] == "v1.2.2"
    pages = {"memory": {"hugepages": {"pageSize": "2Mi"}}}
    assert "RT301" not in policy.review(vmi(**pages)).rules
    plain = changed(VMI, "spec/domain/cpu", {"cores": 2})
    assert policy.review(changed(plain, "metadata/name", "rt-1")).rules == {"RT100"}
    assert policy.review(changed(plain, "metadata/name", "rt-")).message is None


def test_the_kubevirt_object_of_a_file_is_named_by_the_binding(tmp_path):
    file = tmp_path / "kubevirt.yaml"
    file.write_text(
        "apiVersion: kubevirt.io/v1\nkind: KubeVirt\n"
        "metadata: {name: kv, namespace: openshift-cnv}\nspec: {}\n"
    )
    assert "without it nothing is judged" in run("--select", "RT501").stderr
    assert run("--select", "RT501", "--cluster", str(file)).stderr == ""
    policy = exported("--select", "RT501", "--cluster", str(file))
    assert policy.binding["spec"]["paramRef"] == {
        "name": "kv",
        "namespace": "openshift-cnv",
        "parameterNotFoundAction": "Allow",
    }


@pytest.mark.parametrize("api_version", ["hco.kubevirt.io/v1beta1", "hco.kubevirt.io/v1"])
def test_the_kubevirt_object_that_an_operator_makes_is_named_by_the_binding(tmp_path, api_version):
    file = tmp_path / "hyperconverged.yaml"
    text = (
        f"apiVersion: {api_version}\nkind: HyperConverged\n"
        "metadata: {name: kubevirt-hyperconverged, namespace: openshift-cnv}\nspec: {}\n"
    )
    file.write_text(text)
    assert run("--select", "RT501", "--cluster", str(file)).stderr == ""
    policy = exported("--select", "RT501", "--cluster", str(file))
    assert policy.binding["spec"]["paramRef"] == {
        "name": "kubevirt-kubevirt-hyperconverged",
        "namespace": "openshift-cnv",
        "parameterNotFoundAction": "Allow",
    }
    # Where the operator runs nobody says.
    file.write_text(text.replace("namespace: openshift-cnv", "namespace: null"))
    said = run("--select", "RT501", "--cluster", str(file)).stderr
    assert "or a HyperConverged with its namespace; `kubectl get kubevirt -A -o yaml`" in said
    assert "HyperConverged" not in run("--select", "RT501").stderr


@pytest.mark.parametrize(
    "metadata",
    [
        '{name: "a\\n---\\nb: c", namespace: kubevirt}',
        '{name: kubevirt, namespace: "a\\n---\\nb: c"}',
        '{name: "${NAME}", namespace: kubevirt}',
        '{name: kubevirt, namespace: "${NAMESPACE}"}',
        "{name: Kubevirt}",
        "{name: kubevirt, namespace: 1}",
    ],
)
def test_what_names_no_object_gets_into_no_policy(tmp_path, metadata):
    file = tmp_path / "kubevirt.yaml"
    file.write_text(f"apiVersion: kubevirt.io/v1\nkind: KubeVirt\nmetadata: {metadata}\n")
    done = run("--select", "RT501", "--cluster", str(file))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no name that Kubernetes takes" in done.stderr


@pytest.mark.parametrize("args", [[], ["--action", "deny", "--namespace-selector", "a=b,c"]])
def test_both_objects_are_what_kubernetes_takes(args):
    policy = exported(*args)
    for document in (policy.policy, policy.binding):
        jsonschema.Draft202012Validator(SCHEMA).validate(document)
    names = [each["name"] for each in policy.policy["spec"]["variables"]]
    assert len(names) == len(set(names)) < 110
    assert all(re.fullmatch(r"[A-Za-z_]\w*", name) for name in names)


def test_the_same_input_gives_the_same_bytes():
    assert run().stdout == run().stdout


def test_the_kustomize_base_is_up_to_date():
    text = (ROOT / "integrations" / "policy" / "policy.yaml").read_text()
    assert text == run().stdout, (
        "run `rtlint policy --no-config --output-file integrations/policy/policy.yaml`"
    )


def test_every_rule_says_whether_it_has_a_policy():
    for name in rule_names():
        policy = load_rule(name).policy
        assert callable(policy) or re.fullmatch(r"[A-Z].+\.", policy), name.id


def test_only_functions_of_kubernetes_v1_29_are_called():
    text = re.sub(r"'(\\.|[^'\\])*'", "''", run().stdout.partition("variables:")[2])
    assert set(re.findall(r"\b([a-zA-Z]\w*)\(", text)) <= FUNCTIONS


def test_lists_hold_elements_of_one_type():
    """Kubernetes refuses a policy with another list (cel.ValidateHomogeneousAggregateLiterals)."""
    policy, _ = plain_policy()
    lists = [
        elements
        for each in policy.policy["spec"]["variables"]
        for elements in lists_in(each["expression"])
        if len(elements) > 1
    ]
    assert len(lists) > 20
    for elements in lists:
        assert len({policy.type_of(element) for element in elements}) == 1, elements


def lists_in(expression):
    """The elements of each list that is written in an expression; an index is none."""
    code = re.sub(r"'(\\.|[^'\\])*'", lambda text: "'" + "_" * (len(text[0]) - 2) + "'", expression)
    for start in (found.start() for found in re.finditer(r"(?<![\w\])?])\[(?!\?)", code)):
        depth, elements, begin = 0, [], start + 1
        for at in range(start, len(code)):
            depth += (code[at] in "[({") - (code[at] in "])}")
            if depth == 0 or (depth == 1 and code[at] == ","):
                elements.append(expression[begin:at].strip())
                begin = at + 1
            if depth == 0:
                break
        yield list(filter(None, elements))


def test_what_people_see_is_what_the_documentation_shows():
    page = (ROOT / "docs" / "policy.md").read_text()
    example = YAML(typ="safe").load(ROOT / "examples" / "mask-selects-nothing.yaml")
    message = plain_policy()[0].review(example).message
    assert page.count(f"'rtlint': {message}\n") == 1
    assert page.count(f"denied request: {message}\n") == 1


# -- limits


def disk(index):
    return {"name": f"disk{index}", "disk": {"bus": "virtio"}}


def test_what_is_large_is_judged():
    policy, _ = plain_policy()
    mask = ",".join(f"{2 * i}" for i in range(200))
    large = vmi(
        cpu={"cores": 512, "realtime": {"mask": mask}},
        devices={
            "disks": [disk(i) for i in range(128)],
            "interfaces": [{"name": f"net{i}", "model": "e1000"} for i in range(64)],
        },
    )
    large["spec"]["volumes"] = [{"name": f"disk{i}"} for i in range(128)]
    judged = policy.review(large).rules
    assert "RT408" in judged
    assert not judged & {"RT201", "RT202", "RT203", "RT207", "RT208"}


@pytest.mark.parametrize("mask", ["x" * 4001, "0," * 300, "," * 4000])
def test_a_mask_beyond_the_limits_is_not_judged(mask):
    policy, _ = plain_policy()
    judged = policy.review(vmi(cpu={"realtime": {"mask": mask}})).rules
    assert not judged & {"RT201", "RT202", "RT203", "RT205", "RT207", "RT208"}


def test_messages_hold_what_the_api_server_passes_on():
    """Neither a control character nor more than 5 KB, whatever the object holds."""
    everything = [each for each in run().stdout.splitlines() if re.search(r"RT\d+ '", each)]
    assert len(everything) > 30
    assert all(line.isascii() and line.isprintable() for line in everything)
    policy, _ = plain_policy()
    odd = vmi(cpu={"model": "\n\x07", "realtime": {"mask": "\x1b[0m"}}, ioThreadsPolicy="\t")
    message = policy.review(odd).message
    assert message.isascii()
    assert message.isprintable()
    assert len(message) < 5 * 1024


def test_what_is_longer_is_cut():
    policy, _ = plain_policy()
    assert policy.evaluate("message", findings=["a" * 2000, "b"]) == "a" * 2000 + " | b"
    message = policy.evaluate("message", findings=["a" * 3000, "b" * 3000])
    assert message.startswith("a" * 3000 + " | b")
    assert message.endswith("b ...")
    assert len(message) < 5 * 1024


# -- properties

_TEXT = st.one_of(
    st.sampled_from(["", "1Gi", "2500m", "-1", "9223372036854775808", "0-3,^1", "auto", "shared"]),
    st.text(alphabet=string.printable + "é\u2028", max_size=8),
)
_INT = st.one_of(st.sampled_from([0, 1, 2, -1, 2**31 - 1, -(2**31)]), st.integers(-9, 4096))
_ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), _INT, _TEXT),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(["annotations", "labels", "x"]), inner),
    ),
    max_leaves=4,
)
_QUANTITY = st.one_of(_INT, st.sampled_from(["1Gi", "1.5Gi", "2500m", "1e3", "-1", "7E", "0"]))
_RESOURCES = st.dictionaries(st.sampled_from(["cpu", "memory"]), _QUANTITY)
_BUS = st.fixed_dictionaries({}, optional={"bus": _TEXT})


def _mapping(**fields):
    return st.fixed_dictionaries({}, optional=fields)


_DISK = _mapping(name=_TEXT, disk=_BUS, cdrom=_BUS, lun=_BUS, dedicatedIOThread=st.booleans())
_DOMAIN = _mapping(
    cpu=_mapping(
        cores=_INT,
        sockets=_INT,
        threads=_INT,
        maxSockets=_INT,
        model=_TEXT,
        dedicatedCpuPlacement=st.booleans(),
        isolateEmulatorThread=st.booleans(),
        numa=_mapping(guestMappingPassthrough=st.just({})),
        features=st.lists(_mapping(name=st.sampled_from(["tsc-deadline", "x"]), policy=_TEXT)),
        realtime=_mapping(mask=_TEXT),
    ),
    memory=_mapping(guest=_QUANTITY, maxGuest=_QUANTITY, hugepages=_mapping(pageSize=_TEXT)),
    resources=_mapping(requests=_RESOURCES, limits=_RESOURCES),
    ioThreadsPolicy=_TEXT,
    ioThreads=_mapping(supplementalPoolThreadCount=_INT),
    devices=_mapping(
        disks=st.lists(_DISK, max_size=3),
        inputs=st.lists(_BUS, max_size=2),
        interfaces=st.lists(_mapping(model=_TEXT), max_size=2),
        clientPassthrough=st.just({}),
        sound=_mapping(name=_TEXT),
        autoattachMemBalloon=st.booleans(),
        autoattachGraphicsDevice=st.booleans(),
        autoattachSerialConsole=st.booleans(),
        autoattachInputDevice=st.booleans(),
    ),
)
_SPEC = _mapping(
    domain=_DOMAIN,
    architecture=_TEXT,
    evictionStrategy=_TEXT,
    nodeSelector=st.dictionaries(st.just("kubevirt.io/realtime"), _TEXT),
    volumes=st.lists(_mapping(name=_TEXT, memoryDump=st.just({})), max_size=3),
    readinessProbe=_mapping(exec=st.just({})),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(spec=_SPEC, metadata=_ANY, reference=st.sampled_from([None, "instancetype", "preference"]))
def test_nothing_that_the_crds_admit_makes_an_expression_fail(spec, metadata, reference):
    policy, _ = plain_policy()
    # The CRD keeps a template's metadata as it is, of whatever form.
    machine = {"template": {"metadata": metadata, "spec": spec}}
    if reference is not None:
        machine[reference] = {"name": "x"}
    pool = {"virtualMachineTemplate": {"metadata": metadata, "spec": machine}}
    for kind, made in (("VirtualMachine", machine), ("VirtualMachinePool", pool)):
        message = policy.review({**VM, "kind": kind, "spec": made}).message or "nothing"
        assert message.isascii()
        assert message.isprintable()
        assert len(message) < 5 * 1024
    policy.review({**VMI, "spec": spec})
