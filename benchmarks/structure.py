"""How much longer jsonschema takes to find a clean document clean than rtlint's own walk.

    python benchmarks/structure.py [FILE]...

Without files: the objects in `tests/clean/`. Times are the best of several runs, in microseconds.
"""

from __future__ import annotations

import sys
from pathlib import Path
from timeit import repeat

from jsonschema import Draft202012Validator

from rtlint.kubernetes.objects import objects
from rtlint.kubevirt.releases import NEWEST
from rtlint.kubevirt.schema.api import definitions, form, kinds, minor_of
from rtlint.kubevirt.schema.walk import is_clean
from rtlint.kubevirt.workload import GROUPS
from rtlint.yaml.compose import compose
from rtlint.yaml.nodes import Document
from rtlint.yaml.source import Source

CLEAN = Path(__file__).parent.parent / "tests" / "clean"
MINOR = minor_of(NEWEST)


def main() -> None:
    files = [Path(name) for name in sys.argv[1:]] or sorted(CLEAN.glob("*.yaml"))
    print(f"{'walk':>8} {'jsonschema':>11} {'ratio':>6}")
    for file in files:
        source = Source(file.name, file.read_text(encoding="utf-8"))
        for document in compose(source.text):
            for obj in objects(source, document, GROUPS) if isinstance(document, Document) else ():
                schema = kinds().get((obj.api_version, obj.kind))
                now = None if schema is None else form(schema, MINOR)
                if now is not None:
                    walk, library = times(obj.data, now)
                    ratio = library / walk
                    print(f"{walk:8.1f} {library:11.1f} {ratio:6.1f}  {file.name} {obj.kind}")


def times(data: object, schema: object) -> tuple[float, float]:
    """Microseconds that the walk and `iter_errors` take for one object."""
    known = definitions(MINOR)
    validator = Draft202012Validator({**schema, "$defs": known})  # type: ignore[dict-item]
    walk = min(repeat(lambda: is_clean(data, schema, known), number=50, repeat=7)) / 50
    library = min(repeat(lambda: list(validator.iter_errors(data)), number=5, repeat=7)) / 5
    return walk * 1e6, library * 1e6


if __name__ == "__main__":
    main()
