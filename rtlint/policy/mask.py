"""The vCPU mask in CEL, as virt-handler reads it from v0.58.1 on (see rtlint.kubevirt.mask).

Ids are never listed: whether a range selects one is decided at its first id and behind each id
that is excluded. All of it hangs on `maskPieces`, which is empty for a mask that is longer than
any real one: an API server would spend seconds on it, and refuse to evaluate more.
"""

from __future__ import annotations

from rtlint.kubevirt.mask import INT64_MAX

# 200 pieces cost at most a third of what Kubernetes lets an expression cost (apiserver,
# pkg/apis/cel, PerCallLimit): some steps look at every piece for every piece.
MOST_CHARACTERS = 4000
MOST_PIECES = 200

_NUMBERS = "piece.replace('^', '').split('-')"
# Go's strconv.Atoi reads no id past that; CEL's int() would fail on it.
_FITS = (
    "(id.matches('^0*[0-9]{1,18}$') || id.matches('^0*[1-8][0-9]{18}$') || "
    f"(id.matches('^0*9[0-9]{{18}}$') && id.substring(id.size() - 19) <= '{INT64_MAX}'))"
)
_IS_READ = (
    r"piece.matches(r'^(\^?[0-9]+|[0-9]+-[0-9]+)$') && "
    f"{_NUMBERS}.all(id, {_FITS}) && "
    "(!piece.contains('-') || int(piece.split('-')[0]) <= int(piece.split('-')[1]))"
)
# virt-handler compares a single id as text with a thread's: `01` is no vCPU's.
_HAS_ZERO = r"piece.matches(r'^\^?0[0-9]+$')"
_ENDS = "[int(piece.split('-')[0]), int(piece.split('-')[piece.contains('-') ? 1 : 0])]"


def mask_variables() -> tuple[tuple[str, str], ...]:
    """`spans` are the first and last ids that pieces select, `excluded` the ids behind a `^`."""
    return (
        ("mask", "variables.cpu.?realtime.?mask.orValue('')"),
        (
            "maskSplit",
            f"variables.mask.size() > {MOST_CHARACTERS} ? [] : variables.mask.split(',')",
        ),
        (
            "maskPieces",
            f"variables.mask == '' || variables.maskSplit.size() > {MOST_PIECES} ? [] : "
            "variables.maskSplit.map(piece, piece.trim())",
        ),
        (
            "isMaskRead",
            f"variables.maskPieces.size() > 0 && variables.maskPieces.all(piece, {_IS_READ})",
        ),
        (
            "spans",
            f"variables.mask == '' ? [[0, {INT64_MAX}]] : !variables.isMaskRead ? [] : "
            f"variables.maskPieces.filter(piece, !piece.startsWith('^') && !{_HAS_ZERO})"
            f".map(piece, {_ENDS})",
        ),
        (
            "excluded",
            "!variables.isMaskRead ? [] : "
            f"variables.maskPieces.filter(piece, piece.startsWith('^') && !{_HAS_ZERO})"
            ".map(piece, int(piece.substring(1)))",
        ),
        (
            "behindExcluded",
            "variables.excluded.filter(id, id < 1000000000000000000).map(id, id + 1)",
        ),
        ("selectsAny", _selects("0", "variables.vcpus")),
        ("selectsPast", _selects("variables.vcpus", str(INT64_MAX))),
        ("selectsFirst", _selects("0", "1")),
        ("selectsOthers", _selects("1", "variables.vcpus")),
    )


def _selects(first: str, end: str) -> str:
    """Whether the mask selects an id from `first` on that is below `end`."""
    return (
        f"variables.spans.exists(span, ([span[0] < {first} ? {first} : span[0]] + "
        f"variables.behindExcluded).exists(id, span[0] <= id && {first} <= id && id <= span[1] && "
        f"id < {end} && !(id in variables.excluded)))"
    )
