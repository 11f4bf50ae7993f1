"""Counts and lists of ids that no machine has: what a run costs goes with the text, not with them.

The target `counts` of the fuzzer holds the same for what it makes up.
"""

import pytest
from conftest import run_limited

VM = (
    "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\nmetadata: {name: rt}\n"
    "spec: {domain: {%s}}\n"
)
BILLION = VM % 'cpu: {cores: 4294967295, realtime: {mask: "0-4294967295"}}'
MOST = VM % "cpu: {cores: 16384, realtime: {}}, resources: {requests: {cpu: 16384}}"
PINNED = VM % (
    "cpu: {cores: 8192, dedicatedCpuPlacement: true, realtime: {}}, "
    "ioThreadsPolicy: supplementalPool, ioThreads: {supplementalPoolThreadCount: 8192}"
)
KUBELET = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
OVERLAPPING = f"{KUBELET}reservedSystemCPUs: {','.join(['0-16383'] * 10_000)}\n---\n{BILLION}"
KUBELETS = "---\n".join(
    [*(f"{KUBELET}reservedSystemCPUs: {n}-16383\n" for n in range(1000)), BILLION]
)
# A plain VM takes a tenth of that, and what each of these took before at least double.
SECONDS, BYTES = 5, 400 * 2**20


@pytest.fixture
def limited(tmp_path):
    """Run rtlint with so much of a processor's time, and so much memory, and no more."""

    def run(text, *args):
        (tmp_path / "vm.yaml").write_text(text)
        return run_limited(args, tmp_path, cpu=SECONDS, memory=BYTES)

    return run


@pytest.mark.parametrize(
    ("text", "args", "says"),
    [
        (BILLION, ["vm.yaml"], "vCPU 4294967295, but the VM's last vCPU is 4294967294"),
        (BILLION, ["vm.yaml", "--diff", "--unsafe-fixes", "--select", "RT203"], "0-4294967294"),
        (OVERLAPPING, ["vm.yaml"], "RT203"),
        (KUBELETS, ["vm.yaml"], "RT203"),
        (BILLION, ["preview", "vm.yaml"], "more than 16384 vCPUs"),
        (OVERLAPPING, ["preview", "vm.yaml"], "more than 16384 vCPUs"),
        (KUBELETS, ["preview", "vm.yaml"], "the files reserve different CPUs"),
        (MOST, ["preview", "vm.yaml"], "vCPU 16383  0-16383 (not pinned)"),
        (MOST, ["preview", "vm.yaml", "--output-format", "html"], "vCPUs 0-16383"),
        (MOST, ["preview", "vm.yaml", "--output-format", "json"], "CPU 16383/KVM"),
        (MOST, ["preview", "vm.yaml", "--cpuset", ",".join(["0-16383"] * 9000)], "vCPU 16383"),
        (PINNED, ["preview", "vm.yaml"], "I/O thread 8192"),
        (PINNED, ["preview", "vm.yaml", "--kubevirt-version", "v1.8"], "I/O thread 8192"),
    ],
)  # fmt: skip
def test_a_count_is_no_bill(limited, text, args, says):
    done = limited(text, *args)
    assert done.returncode == 1, done.stderr[-1000:]
    assert says in done.stdout + done.stderr


def test_the_previews_of_a_run_have_a_bound(rtlint, tmp_path):
    (tmp_path / "vm.yaml").write_text("---\n".join([MOST] * 20))
    done = rtlint("preview", "vm.yaml", "--output-format", "xml", cwd=tmp_path)
    assert done.returncode == 2
    assert "vm.yaml:41: not previewed, nor what follows" in done.err
    assert done.out.count("<domain ") == 8


def test_many_threads_that_disturb_are_one_sentence(rtlint, tmp_path):
    names = [f"d{number}" for number in range(12)]
    disks = [f"{{name: {n}, disk: {{bus: virtio}}, dedicatedIOThread: true}}" for n in names]
    cpu = "cpu: {cores: 4, dedicatedCpuPlacement: true, realtime: {}}"
    text = VM % f"{cpu}, devices: {{disks: [{', '.join(disks)}]}}"
    (tmp_path / "vm.yaml").write_text(text)
    said = rtlint("preview", "vm.yaml", cwd=tmp_path).out
    assert said.count("of realtime vCPU") == 2
    assert "I/O threads 1-13 run on the pCPUs of realtime vCPUs 0-3." in said
