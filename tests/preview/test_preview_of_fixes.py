"""`check --preview`: what the fixes do to the domain, and `preview --effective`."""

import subprocess

import pytest

VM = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      model: host-model
      dedicatedCpuPlacement: true
      isolateEmulatorThread: true
      numa: {guestMappingPassthrough: {}}
      realtime: {mask: "01-3,02"}
    memory: {guest: 4Gi, hugepages: {pageSize: 1Gi}}
    devices: {}
"""


@pytest.fixture
def vm(tmp_path):
    file = tmp_path / "vm.yaml"
    file.write_text(VM)
    return file


def test_fix_shows_the_domain_before_and_after(rtlint, vm):
    out = rtlint("--fix", "--preview", vm).out
    assert '-  <cpu mode="host-model"' in out
    assert '+  <cpu mode="host-passthrough"' in out
    assert '+    <memballoon model="none" />' in out
    assert "host-passthrough" in vm.read_text()


def test_without_fix_nothing_is_written_and_the_findings_are_the_files(rtlint, vm):
    done = rtlint("--preview", vm)
    assert vm.read_text() == VM
    assert "error RT101" in done.out
    assert '+  <cpu mode="host-passthrough"' in done.out
    assert done.returncode == 1


def test_the_preview_beside_a_diff_leaves_a_patch_that_git_takes(rtlint, vm):
    done = rtlint("--diff", "--preview", "vm.yaml", cwd=vm.parent, env=_env())
    assert '# +  <cpu mode="host-passthrough"' in done.out
    applied = subprocess.run(["git", "apply"], cwd=vm.parent, input=done.stdout, check=False)
    assert applied.returncode == 0
    assert "host-passthrough" in vm.read_text()


def test_a_mask_that_is_fixed_changes_the_scheduling(rtlint, vm):
    out = rtlint("--fix", "--preview", "--select", "RT2", "--kubevirt-version", "v1.9", vm).out
    assert vm.read_text() == VM.replace('"01-3,02"', '"01-3,2"')
    # 01-3 selects vCPU 2 already: what the fix changes is the text alone.
    assert "vCPU 2    2     0          -            SCHED_FIFO 1" in out


def test_what_cannot_be_converted_says_so(rtlint, vm):
    vm.write_text(VM.replace("guest: 4Gi", "guest: 1536Mi"))
    out = rtlint("--preview", "--select", "RT110", vm).out
    assert f"{vm}: VirtualMachineInstance rt, refused:" in out
    assert "virt-launcher makes no domain" in out


def test_effective_says_where_each_value_comes_from(rtlint, tmp_path):
    file = tmp_path / "vm.yaml"
    file.write_text("""\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: rt}
spec:
  instancetype: {name: rt1.large}
  template:
    spec:
      domain:
        cpu: {model: host-passthrough}
        devices: {}
""")
    done = rtlint("preview", "--effective", file)
    assert done.returncode == 0
    lines = {line.split("#")[0].strip(): line.split("#")[1].strip()
             for line in done.out.splitlines() if "#" in line}  # fmt: skip
    assert lines["model: host-passthrough"] == "VirtualMachine"
    assert lines["sockets: 2"] == "instancetype rt1.large, spec.cpu.guest"
    assert lines["maxSockets: 8"] == "KubeVirt's default"
    assert lines["cpu-quota.crio.io: disable"] == "instancetype"


def test_a_vm_with_an_unknown_instancetype_has_no_preview(rtlint, tmp_path):
    file = tmp_path / "vm.yaml"
    file.write_text("""\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: rt}
spec:
  instancetype: {name: site-rt}
  template: {spec: {domain: {devices: {}}}}
""")
    done = rtlint("preview", file)
    assert done.returncode == 2
    assert "name its file with --instancetypes" in done.err


def _env():
    import os

    from conftest import ROOT

    return {**os.environ, "PYTHONPATH": str(ROOT)}
