"""Write the common instancetypes that the package holds.

Use: `python scripts/make_common_instancetypes.py FACTS`.

FACTS is JSON: `instancetypes` and `preferences`, each `{name: {since, until?, spec}}` with
releases as `v1.4`, the bundles that KubeVirt deploys.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
DATA = ROOT / "rtlint" / "kubevirt" / "instancetypes" / "common.json"
KINDS = {
    "instancetypes": "VirtualMachineClusterInstancetype",
    "preferences": "VirtualMachineClusterPreference",
}


def compact(facts: dict) -> str:
    """The facts by kind and name, an object a line, so that a change is read in a diff."""
    kinds = []
    for member, kind in KINDS.items():
        lines = [f"{dump(name)}:{dump(entry(found))}" for name, found in facts[member].items()]
        kinds.append(f"{dump(kind)}:{{\n" + ",\n".join(sorted(lines)) + "\n}")
    return "{" + ",\n".join(kinds) + "}\n"


def entry(found: dict) -> dict:
    releases = {key: minor(found[key]) for key in ("since", "until") if key in found}
    return {**releases, "spec": found["spec"]}


def minor(release: str) -> list[int]:
    """`v1.4` as `[1, 4]`."""
    return [int(number) for number in release.removeprefix("v").split(".")]


def dump(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def main() -> None:
    facts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    DATA.write_text(compact(facts), encoding="utf-8")


if __name__ == "__main__":
    main()
