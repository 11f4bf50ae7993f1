"""Reading the node: virsh, lscpu, cpulists."""

import json

import measured
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtlint.kubevirt.conversion.host import (
    MAX_CPUS,
    Cell,
    Cpu,
    as_kubevirt_sees,
    assumed_host,
    format_cpulist,
    likely_cpuset,
    parse_cpulist,
    parse_host,
)
from rtlint.kubevirt.releases import NEWEST, Release

HOSTS = json.loads((measured.VECTORS / "hosts.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(HOSTS))
def test_virsh_capabilities(name):
    expected = {
        cell["id"]: [(cpu["id"], tuple(cpu.get("siblings", ()))) for cpu in cell["cpus"]]
        for cell in HOSTS[name]["numaCells"]
    }
    host = measured.host(name)
    assert {cell.id: [cpu[:2] for cpu in cell.cpus] for cell in host.cells} == expected
    assert host.source == "virsh"


@pytest.mark.parametrize(("written", "socket"), [("1", 1), ("4294967295", 0), ("-1", 0), ("", 0)])
def test_a_socket_that_is_no_number_is_the_first(written, socket):
    cell = f"<cell id='0'><cpus><cpu id='0' socket_id='{written}' siblings='0'/></cpus></cell>"
    host = parse_host(
        f"<capabilities><host><topology><cells>{cell}</cells></topology></host></capabilities>"
    )
    assert host.cells[0].cpus == (Cpu(0, (0,), None, socket),)


@pytest.mark.parametrize(
    ("sizes", "huge"),
    [
        ((4, 2048, 1048576), (2048, 1048576)),
        # arm64: kernels with usual pages of 4 KiB, of 16, of 64.
        ((4, 64, 2048, 32768, 1048576), (64, 2048, 32768, 1048576)),
        ((16, 2048, 32768), (2048, 32768)),
        ((64, 2048, 524288, 16777216), (2048, 524288, 16777216)),
    ],
)
def test_a_cell_s_usual_pages_are_no_hugepages(sizes, huge):
    pages = "".join(f"<pages unit='KiB' size='{size}'>1</pages>" for size in sizes)
    cell = f"<cell id='0'>{pages}<cpus><cpu id='0'/></cpus></cell>"
    host = parse_host(
        f"<capabilities><host><topology><cells>{cell}</cells></topology></host></capabilities>"
    )
    assert [size for size, _ in host.cells[0].pages] == [size * 1024 for size in huge]


def lscpu(name, quote):
    rows = [
        {"cpu": quote(cpu.id), "core": quote(cpu.siblings[0]), "socket": quote(cell.id)}
        | {"node": quote(cell.id)}
        for cell in measured.host(name).cells
        for cpu in cell.cpus
    ]
    return json.dumps({"cpus": sorted(rows, key=lambda row: int(row["cpu"]))})


@pytest.mark.parametrize("name", sorted(set(HOSTS) - {"nosib", "empty"}))
@pytest.mark.parametrize("quote", [int, str], ids=["numbers", "old util-linux"])
def test_lscpu_says_the_same(name, quote):
    host = parse_host(lscpu(name, quote))
    siblings = [[cpu._replace(listed=None) for cpu in cell.cpus] for cell in host.cells]
    assert siblings == [list(cell.cpus) for cell in measured.host(name).cells]
    assert host.source == "lscpu"


@pytest.mark.parametrize("release", [Release(1, 3, 1), Release(1, 4, 0), NEWEST])
def test_kubevirt_drops_siblings_that_are_a_range(release):
    """libvirt prints neighbours as `0-1`; the row's own host writes `0,1`, as it never does."""
    host = parse_host(lscpu("adj-smt", int))
    read = parse_host(
        XML.format(CELL.format("0", "<cpu id='0' siblings='0-1'/><cpu id='1' siblings='0-1'/>"))
    )
    assert read.cells[0].cpus == host.cells[0].cpus[:2]
    seen = as_kubevirt_sees(host, release).cells[0].cpus[0]
    assert seen.siblings == ((0, 1) if release < (1, 4) else ())


def test_siblings_that_are_no_neighbours_stay():
    host = parse_host(lscpu("one-smt", int))
    assert as_kubevirt_sees(host, NEWEST) is host


def test_lscpu_without_numa_and_with_an_offline_cpu():
    rows = [
        {"cpu": 0, "core": 0, "socket": 0, "node": None},
        {"cpu": 1, "core": "-", "socket": "-", "node": "-"},
        {"cpu": 2, "core": 0, "socket": 0, "node": "-"},
    ]
    host = parse_host(json.dumps({"cpus": rows}))
    assert host.cells == (Cell(0, (Cpu(0, (0, 2)), Cpu(2, (0, 2)))),)


XML = "<capabilities><host><topology><cells>{}</cells></topology></host></capabilities>"
CELL = "<cell id='{}'><cpus>{}</cpus></cell>"
BOMB = '<!DOCTYPE c [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><capabilities>&b;</capabilities>'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "neither XML nor JSON"),
        ("0-3", "neither XML nor JSON"),
        ("<capabilities>", "broken XML"),
        ("<domain/>", "no <cells>"),
        (BOMB, "DOCTYPE"),
        ("<?xml version='1.0' encoding='nonsense'?><capabilities/>", "no <cells>"),
        (XML.format(CELL.format("x", "")), "cell's id"),
        (XML.format(CELL.format("0", "<cpu id='-1'/>")), "CPU's id"),
        (XML.format(CELL.format("0", "<cpu id='0'/><cpu id='0'/>")), "twice"),
        (XML.format(CELL.format("0", "<cpu id='999999'/>")), "past 16383"),
        (XML.format(CELL.format("0", "<cpu id='0' siblings='0-9999'/>")), "more than 64"),
        ("{", "broken JSON"),
        ('{"cpus":' + "[" * 100_000, "broken JSON"),
        ('{"blockdevices": []}', "no list of CPUs"),
        ('{"cpus": [1]}', "no list of CPUs"),
        ('{"cpus": [{"cpu": 0, "core": 0, "socket": 0}]}', "no column NODE"),
        ('{"cpus": [{"cpu": 0.5, "core": 0, "socket": 0, "node": 0}]}', "CPU is no number"),
        ('{"cpus": [{"cpu": ' + "9" * 5000 + ', "core": 0, "socket": 0, "node": 0}]}', "broken"),
    ],
)
def test_anything_else_is_refused_with_what_to_run(text, says):
    with pytest.raises(ValueError, match=says) as refusal:
        parse_host(text)
    assert says in ("twice", "past 16383", "more than 64") or "virsh capabilities" in str(
        refusal.value
    )


@given(st.sets(st.integers(0, MAX_CPUS - 1), max_size=40))
def test_a_cpulist_comes_back(cpus):
    assert parse_cpulist(format_cpulist(cpus)) == tuple(sorted(cpus))


@pytest.mark.parametrize(
    ("text", "cpus"),
    [("", ()), ("  ", ()), ("3", (3,)), ("2-4,10", (2, 3, 4, 10)), (" 4 , 2-3,3\n", (2, 3, 4))],
)
def test_cpulist(text, cpus):
    assert parse_cpulist(text) == cpus


@pytest.mark.parametrize(
    "text", [",", "1,", "a", "-1", "1-", "3-1", "0-99999999", "0x1", "1:2", "٣"]
)
def test_no_cpulist(text):
    with pytest.raises(ValueError, match="CPU"):
        parse_cpulist(text)


def test_format_joins_neighbours_only():
    assert format_cpulist([7, 2, 3, 10, 4]) == "2-4,7,10"
    assert format_cpulist([0, 1, 3]) == "0-1,3"
    assert format_cpulist([]) == ""


def test_the_assumed_host_is_plain():
    host = assumed_host([0, 1])
    assert host.cells == (Cell(0, (Cpu(0, (0,)), Cpu(1, (1,)))),)
    assert host.source == "assumed"


def test_the_likely_cpuset_takes_whole_cores_of_the_first_cell():
    assert likely_cpuset(measured.host("two-smt"), 4) == (0, 1, 16, 17)
    assert likely_cpuset(measured.host("two-smt"), 17) == (*range(9), *range(16, 24))
    assert likely_cpuset(measured.host("nosib"), 2) == (0, 1)
    assert len(likely_cpuset(measured.host("one-smt"), 999)) == 16
