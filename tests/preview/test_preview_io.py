"""I/O, as the text and the JSON form show it."""

from previews import previewed, vm

from rtlint.preview import json as json_format
from rtlint.preview import text

DISKS = {
    "disks": [
        {"name": "root", "disk": {"bus": "virtio"}, "dedicatedIOThread": True},
        {"name": "data", "disk": {"bus": "virtio"}, "cache": "writeback"},
        {"name": "ci", "cdrom": {"bus": "sata"}},
    ]
}


def lines(manifest, release="v1.9.0"):
    return text.render([previewed(manifest, release)]).split("Domain XML:")[0].splitlines()


def cells(shown, first):
    (line,) = (line for line in shown if line.split()[:1] == [first])
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


def test_each_disk_has_its_thread_and_cpus():
    shown = lines(vm(devices=DISKS))
    assert cells(shown, "data")[1:4] == ["virtio", "I/O thread 1", "4"]
    assert cells(shown, "root")[1:4] == ["virtio", "I/O thread 2", "0-4 (not pinned)"]
    assert cells(shown, "ci")[1:4] == ["sata cdrom", "emulator", "4"]


def test_json_has_the_same():
    made = json_format.as_plain(previewed(vm(devices=DISKS)))["io"]
    assert [(each["iothreads"], each["cpus"]) for each in made["disks"]] == [
        ("2", "0-4"), ("1", "4"), ("", "4"),
    ]  # fmt: skip
    assert made["interfaces"][0]["cpus"] == "4"
    none = json_format.as_plain(previewed(vm(memory={"guest": "1536Mi"})))
    assert none["domain"] is None
    assert none["io"] is None


def test_vhost_threads_are_pinned_only_with_an_isolated_emulator():
    free = json_format.as_plain(previewed(vm({"isolateEmulatorThread": False})))
    assert free["io"]["interfaces"][0]["cpus"] == "0-3"
    shown = lines(vm({"isolateEmulatorThread": False}))
    assert "KubeVirt pins none of them" in "\n".join(shown)


def test_a_vm_without_disks_and_interfaces_has_no_tables():
    shown = "\n".join(lines(vm(devices={"autoattachPodInterface": False})))
    assert "runs in" not in shown
    assert "virt-handler moves" not in shown


def test_hostile_names_do_no_harm():
    name = "\x1b[31m\n::error::</td>\u202e"
    devices = {"disks": [{"name": name, "disk": {"bus": "virtio"}}]}
    shown = text.render([previewed(vm(devices=devices))])
    assert not set(shown) & {"\x1b", "\u202e"}
    assert "\n::error" not in shown
