"""Counts and lists of ids that no machine has: what a run costs goes with the text, not with them.

The target `counts` of the fuzzer holds the same for what it makes up.
"""

import os
import sys

import pytest
from conftest import ROOT

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
    resource = pytest.importorskip("resource")

    def run(text, *args):
        (tmp_path / "vm.yaml").write_text(text)
        out = os.open(tmp_path / "out", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        child = os.fork()
        if not child:
            os.chdir(tmp_path)
            os.dup2(out, 1)
            os.dup2(out, 2)
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            if sys.platform == "linux":
                resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
            command = [sys.executable, "-m", "rtlint", *args]
            os.execve(sys.executable, command, {**os.environ, "PYTHONPATH": str(ROOT)})
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.close(out)
        return status, (tmp_path / "out").read_text(encoding="utf-8")

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
        (MOST, ["preview", "vm.yaml", "--output-format", "html"], "vCPU 16383"),
        (MOST, ["preview", "vm.yaml", "--output-format", "json"], "CPU 16383/KVM"),
        (MOST, ["preview", "vm.yaml", "--cpuset", ",".join(["0-16383"] * 9000)], "vCPU 16383"),
        (PINNED, ["preview", "vm.yaml"], "I/O thread 8192"),
        (PINNED, ["preview", "vm.yaml", "--kubevirt-version", "v1.8"], "I/O thread 8192"),
    ],
)  # fmt: skip
def test_a_count_is_no_bill(limited, text, args, says):
    status, said = limited(text, *args)
    assert status == 1, said[-1000:]
    assert says in said


def test_the_previews_of_a_run_have_a_bound(rtlint, tmp_path):
    (tmp_path / "vm.yaml").write_text("---\n".join([MOST] * 20))
    done = rtlint("preview", "vm.yaml", "--output-format", "xml", cwd=tmp_path)
    assert done.returncode == 2
    assert "vm.yaml:41: not previewed, nor what follows" in done.err
    assert done.out.count("<domain ") == 8


def test_of_many_threads_that_disturb_the_first_are_named(rtlint, tmp_path):
    names = [f"d{number}" for number in range(12)]
    disks = [f"{{name: {n}, disk: {{bus: virtio}}, dedicatedIOThread: true}}" for n in names]
    cpu = "cpu: {cores: 4, dedicatedCpuPlacement: true, realtime: {}}"
    text = VM % f"{cpu}, devices: {{disks: [{', '.join(disks)}]}}"
    (tmp_path / "vm.yaml").write_text(text)
    said = rtlint("preview", "vm.yaml", cwd=tmp_path).out
    assert said.count("of realtime vCPU") == 8
    assert "So do 6 more threads." in said
