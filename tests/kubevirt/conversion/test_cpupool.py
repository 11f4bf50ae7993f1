"""The CPU pool: measured choices are in test_conversion.py, here is what always holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtlint.kubevirt.conversion.cpupool import CpuPool
from rtlint.kubevirt.conversion.host import Cell, Cpu, Host, assumed_host
from rtlint.kubevirt.vmi import ConversionError


@st.composite
def hosts(draw):
    """One to three cells of cores with one to four CPUs, numbered in any order."""
    sizes = draw(
        st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=6), min_size=1, max_size=3)
    )
    numbers = iter(draw(st.permutations(range(sum(map(sum, sizes))))))
    cells = []
    for cell, cores in enumerate(sizes):
        cpus = []
        for size in cores:
            siblings = tuple(sorted(next(numbers) for _ in range(size)))
            cpus += [Cpu(cpu, siblings) for cpu in siblings]
        cells.append(Cell(cell * 2, tuple(sorted(cpus))))
    return Host(tuple(cells), "virsh")


def cell_of(host, pcpu):
    return next(cell.id for cell in host.cells for cpu in cell.cpus if cpu.id == pcpu)


def deal(pool, cores, others):
    """The pCPUs of the vCPUs, and of as many other threads as the pool has room for."""
    vcpus = pool.fit_cores(cores)
    threads = []
    for _ in range(others):
        try:
            threads.append(pool.fit_thread())
        except ConversionError:
            break
    return vcpus, threads


@given(st.data(), hosts(), st.integers(1, 8), st.integers(1, 4), st.booleans())
def test_nothing_is_pinned_twice_or_outside_the_cpuset(data, host, cores, threads, strict):
    everything = [cpu.id for cell in host.cells for cpu in cell.cpus]
    cpuset = sorted(data.draw(st.sets(st.sampled_from(everything))))
    pool = CpuPool(host, cpuset, threads, strict=strict)
    try:
        vcpus, others = deal(pool, cores, len(everything))
    except ConversionError as error:
        enough = len(cpuset) >= cores * threads
        crossing = "without crossing numa cell boundaries" in str(error)
        assert crossing if enough else "not enough exclusive threads" in str(error)
        assert not enough or strict
        return
    dealt = vcpus + others
    assert len(dealt) == len(set(dealt))
    assert set(dealt) == set(cpuset)
    if strict:
        assert len(vcpus) == cores * threads
        for core in range(cores):
            mine = vcpus[core * threads : (core + 1) * threads]
            assert len({cell_of(host, pcpu) for pcpu in mine}) == 1


def test_full_cores_come_before_fragments_and_the_emulator_takes_a_fragment():
    cpus = tuple(Cpu(i, (i % 4, i % 4 + 4)) for i in range(8))
    host = Host((Cell(0, cpus),), "virsh")
    pool = CpuPool(host, [0, 1, 2, 5, 6], 2, strict=True)
    assert pool.fit_cores(2) == [1, 5, 2, 6]
    assert pool.fit_thread() == 0
    with pytest.raises(ConversionError, match="no remaining unassigned threads"):
        pool.fit_thread()


def test_one_thread_a_core_puts_two_vcpus_on_one_physical_core():
    cpus = tuple(Cpu(i, (i % 2, i % 2 + 2)) for i in range(4))
    pool = CpuPool(Host((Cell(0, cpus),), "virsh"), [0, 1, 2, 3], 1, strict=True)
    assert pool.fit_cores(3) == [0, 2, 1]
    assert pool.fit_thread() == 3


def test_a_pool_that_lacks_less_than_a_core_is_not_refused():
    """KubeVirt divides what is missing by the threads of a core, and rounds down."""
    pool = CpuPool(assumed_host([4, 5, 6]), [4, 5, 6], 2, strict=False)
    assert pool.fit_cores(2) == [4, 5, 6]
