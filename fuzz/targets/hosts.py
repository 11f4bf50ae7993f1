"""Host descriptions and cpulists: what is taken is a node, what is not is told shortly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from hypothesis import strategies as st

from fuzz.target import Target
from rtlint.kubevirt.conversion.host import (
    MAX_CPUS,
    Host,
    format_cpulist,
    likely_cpuset,
    parse_cpulist,
    parse_host,
)

_WORDS = ["<capabilities>", "</capabilities>", "<cell id='0'>", "<cpu id='0' siblings='0-1'/>",
          "0-3", "<pages unit='KiB' size='1048576'>4</pages>", '"cpus"', '"node"', '"core"',
          '"socket"', "<!DOCTYPE", "&a;", "16383", "-", "null", "[", "{", "]]>", "²"]  # fmt: skip
_HOSTS = Path(__file__).parent.parent.parent / "tests" / "vectors" / "hosts"
_NUMBERS = st.one_of(
    st.integers(-1, 9),
    st.sampled_from(["-", "", None, "0", "³", 16384, 1.5, True, "9" * 20, [], 10**9]),
)
_ROWS = st.fixed_dictionaries(
    {"cpu": st.integers(0, 12) | _NUMBERS, "core": _NUMBERS, "socket": _NUMBERS},
    optional={"node": _NUMBERS, "more": _NUMBERS},
)
_LSCPU = st.fixed_dictionaries({"cpus": st.lists(_ROWS, max_size=6) | _NUMBERS}).map(json.dumps)
_LISTS = st.lists(
    st.text("0123456789- \u0661", max_size=6)
    | st.builds("{}-{}".format, st.integers(0, 99), st.integers(0, 20000)),
    max_size=5,
).map(",".join)
_CPUS = st.builds(
    '<cpu id="{}" siblings="{}"/>'.format, st.integers(0, 12) | _NUMBERS, st.just("0-1") | _LISTS
)
_PAGES = st.builds('<pages unit="KiB" size="{}">{}</pages>'.format, _NUMBERS, _NUMBERS)
_CELLS = st.builds(
    '<cell id="{}">{}<cpus>{}</cpus></cell>'.format,
    _NUMBERS, _PAGES, st.lists(_CPUS, max_size=5).map("".join),
)  # fmt: skip
_XML = "<capabilities><host><topology><cells>{}</cells></topology></host></capabilities>"
_VIRSH = st.lists(_CELLS, max_size=3).map("".join).map(_XML.format)
_EXAMPLES = st.one_of(_LSCPU, _VIRSH, _LISTS).map(lambda text: text.encode("utf-8", "replace"))


def _seeds() -> Iterator[bytes]:
    for path in sorted(_HOSTS.glob("*.xml")):
        yield path.read_bytes()


def check(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    try:
        host = parse_host(text)
    except ValueError as error:
        _check_message(str(error))
    else:
        _check_host(host)
    _check_cpulist(text)


def _check_message(message: str) -> None:
    assert message and len(message) < 400, message


def _check_host(host: Host) -> None:
    ids = [cpu.id for cell in host.cells for cpu in cell.cpus]
    assert len(ids) == len(set(ids)) <= MAX_CPUS
    assert all(0 <= cpu < MAX_CPUS for cpu in ids)
    for count in (0, 1, len(ids)):
        chosen = likely_cpuset(host, count)
        assert list(chosen) == sorted(set(chosen)) and len(chosen) <= count


def _check_cpulist(text: str) -> None:
    try:
        cpus = parse_cpulist(text)
    except ValueError as error:
        _check_message(str(error))
        return
    assert cpus == tuple(sorted(_model(text)))
    assert parse_cpulist(format_cpulist(cpus)) == cpus


def _model(text: str) -> set[int]:
    found: set[int] = set()
    for piece in text.split(",") if text.strip() else ():
        first, _, last = piece.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


TARGET = Target(check, _EXAMPLES, _WORDS, _seeds)
