"""Fuzz the fixes: `python tests/fuzz_fix.py --minutes 10`.

Some texts are generated manifests, most are those or manifests of the repository with random damage
to their text. What fails is printed with its seed; exit status 1.
"""

import argparse
import random
import re
import sys
import time
import traceback
from pathlib import Path

import fix_properties
import manifests
from ruamel.yaml import YAML

from rtlint.kubevirt.releases import NEWEST, parse_release
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.yaml.source import Source

ROOT = Path(__file__).parent.parent
RELEASES = [NEWEST, NEWEST, NEWEST, *map(parse_release, ("v0.47.1", "v0.58.1", "v1.5.0", "v1.8.4"))]
# Without U+2028 and U+0085: to libyaml, and to nobody else, they end a line.
PIECES = ["#", " #", ":", ": ", "-", "- ", "{", "}", "[", "]", ",", "&a ", "*a", "<<: *a", "!!str ",
          "? ", "|", "|+", ">-", "'", '"', "\t", " ", "  ", "\n", "\r\n", "\r", "~", "null", "{}",
          "---\n", "...\n", "\\", "名", "😀", "${X}", "# <0:x>\n", "\ufeff",
          "%", "@", "`", "0", "true", "\n\n", "realtime: {}"]  # fmt: skip


def corpus():
    """The manifests of the examples, of the rules' cases and of their documentation."""
    texts = [path.read_text() for path in sorted((ROOT / "examples").glob("*.yaml"))]
    for path in sorted((ROOT / "tests" / "cases").glob("*.yaml")):
        texts += [case["manifest"] for case in YAML(typ="safe").load(path) if "manifest" in case]
    for path in sorted((ROOT / "docs" / "rules").glob("*.md")):
        texts += re.findall(r"^```yaml\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL)
    return texts


def damaged(rng, text):
    """The text with a few pieces put in, taken out, doubled or indented."""
    for _ in range(rng.randint(0, 4)):
        at = rng.randint(0, len(text))
        to = min(len(text), at + rng.choice([0, 1, 1, 2, 5, 20]))
        match rng.randint(0, 4):
            case 0:
                text = text[:at] + rng.choice(PIECES) + text[at:]
            case 1:
                text = text[:at] + text[to:]
            case 2:
                text = text[:at] + text[at:to] + text[at:]
            case 3:
                text = text[:at] + rng.choice(PIECES) + text[to:]
            case 4:
                lines = text.splitlines(keepends=True)
                first = rng.randint(0, len(lines))
                last = min(len(lines), first + rng.randint(1, 4))
                piece = [rng.choice(["  ", " ", "# "]) + line for line in lines[first:last]]
                text = "".join(lines[:first] + piece + lines[last:])
    return text


def attempt(seed, texts, tried):
    """Try the text that the seed makes, which is appended to `tried`."""
    rng = random.Random(seed)
    release = rng.choice(RELEASES)
    if rng.random() < 0.3:
        text = manifests.text(rng)
        tried.append(text)
        fixed, left = fix_properties.check(text, release, unsafe=True)
        fix_properties.check_repaired(fixed, left, release)
    else:
        text = damaged(rng, manifests.text(rng) if rng.random() < 0.3 else rng.choice(texts))
        tried.append(text)
        fix_properties.check(text, release, unsafe=True, hostile=True)
    fix_properties.check(text, release, unsafe=False, hostile=True)
    found = lint(Source("vm.yaml", text), Settings(release=release)).diagnostics
    fixable = [diagnostic for diagnostic in found if diagnostic.fix]
    if fixable:
        fix_properties.check_one_fix(text, rng.choice(fixable), release)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0, help="the first one")
    options = parser.parse_args()
    texts = corpus()
    seed, failures = options.seed, {}
    end = time.monotonic() + 60 * options.minutes
    while time.monotonic() < end:
        try:
            attempt(seed, texts, tried := [])
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            known = failures.setdefault((type(error).__name__, where.name, where.lineno), [])
            known.append(seed)
            if len(known) <= 3:
                print(f"seed {seed}: {type(error).__name__} in {where.name}: {str(error)[:300]}")
                print(repr(tried[-1]), flush=True)
        seed += 1
    print(f"{seed - options.seed} texts, {sum(map(len, failures.values()))} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
