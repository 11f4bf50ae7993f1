"""Build the website into build/site: `python scripts/make_site.py`.

The pages are those of docs/, and of the repository's other folders that they lead to; a link to a
file that is no page leads to the forge. Needs the extra `docs`, and for the playground `npm ci` in
website/.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parent.parent
WEBSITE = ROOT / "website"
BUILD = ROOT / "build"
SITE = BUILD / "site"
FORGE = "https://github.com/rtlint/rtlint/blob/main/"
# Pages that stand elsewhere in the repository, and where they stand on the site.
_OTHERS = {
    "ARCHITECTURE.md": "project/architecture.md",
    "CHANGELOG.md": "project/changes.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "SECURITY.md": "project/security.md",
    "benchmarks/README.md": "project/benchmarks.md",
    "fuzz/README.md": "project/fuzzing.md",
    "website/playground/index.md": "playground/index.md",
}
_CODE = re.compile(r"(^ *```.*?^ *```$|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)\s#]+)")
_BUNDLED = ("--bundle", "--minify", "--format=esm", "--loader:.yaml=text", "--log-level=warning")
_PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip",
            "pyodide-lock.json")  # fmt: skip


def places() -> dict[str, str]:
    """Each page's place in the repository, and on the site."""
    docs = (path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))
    own = {name: name.removeprefix("docs/").replace("README.md", "index.md") for name in docs}
    return {**own, **_OTHERS}


def moved(text: str, name: str, pages: dict[str, str]) -> str:
    """A page's text with the links that it needs on the site. Raises ValueError for a dead one."""

    def target(link: re.Match[str]) -> str:
        path = os.path.normpath(PurePosixPath(name).parent / link[1])
        if path in pages:
            return os.path.relpath(pages[path], PurePosixPath(pages[name]).parent)
        if not (ROOT / path).exists():
            raise ValueError(f"{name}: {link[1]} leads nowhere")
        return FORGE + path

    parts = _CODE.split(text)
    return "".join(part if i % 2 else _LINK.sub(target, part) for i, part in enumerate(parts))


def with_playground(text: str, name: str) -> str:
    """A rule's page with a way to try its wrong example."""
    rule = PurePosixPath(name).stem
    if rule == "RT100":  # It finds nothing without a configuration.
        return text
    link = f'<a href="../../playground/?rule={rule}">Try it in the playground</a>'
    return text.replace("\nrtlint finds:\n", f"\n{link}. rtlint finds:\n")


def navigation(configuration: str, pages: dict[str, str]) -> str:
    """The site's configuration with the rules' pages. Raises ValueError where it lacks others."""
    rules = (f'"{place}"' for place in sorted(pages.values()) if place.startswith("rules/RT"))
    whole = configuration.replace('"rules/index.md"', f'"rules/index.md", {", ".join(rules)}')
    lacking = [place for place in pages.values() if f'"{place}"' not in whole]
    if lacking:
        raise ValueError(f"zensical.toml: the navigation lacks {', '.join(lacking)}")
    return whole


def stage(folder: Path) -> None:
    """Write the generator's sources into a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    pages = places()
    for name, place in pages.items():
        text = moved((ROOT / name).read_text(encoding="utf-8"), name, pages)
        if name.startswith("docs/rules/RT"):
            text = with_playground(text, name)
        (folder / "docs" / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / "docs" / place).write_text(text, encoding="utf-8")
    configuration = (WEBSITE / "zensical.toml").read_text(encoding="utf-8")
    (folder / "zensical.toml").write_text(navigation(configuration, pages), encoding="utf-8")
    shutil.copytree(ROOT / "schemas", folder / "docs" / "schemas")


def playground(folder: Path) -> None:
    """Write what the playground loads: the editor, Pyodide, and rtlint with its YAML parser."""
    modules = WEBSITE / "node_modules"
    source = WEBSITE / "playground"
    bundle = (modules / ".bin" / "esbuild", source / "main.js", f"--outfile={folder / 'main.js'}")
    run(*bundle, *_BUNDLED)
    for name in ("worker.js", "bridge.py", "playground.css"):
        shutil.copy(source / name, folder)
    (folder / "pyodide").mkdir(exist_ok=True)
    for name in _PYODIDE:
        shutil.copy(modules / "pyodide" / name, folder / "pyodide")
    wheels = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")
    run(*wheels, "--wheel-dir", folder, ROOT, "ruamel.yaml")
    names = "".join(f"{path.name}\n" for path in sorted(folder.glob("*.whl")))
    (folder / "wheels.txt").write_text(names)


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    subprocess.run(command, check=True, cwd=cwd)


def main() -> None:
    staged = BUILD / "website"
    stage(staged)
    run(sys.executable, "-m", "zensical", "build", "--strict", "--clean", cwd=staged)
    shutil.rmtree(SITE, ignore_errors=True)
    shutil.copytree(staged / "site", SITE)
    if (WEBSITE / "node_modules").is_dir():
        playground(SITE / "playground")
    else:
        print("website/node_modules is not there: built without the playground")


if __name__ == "__main__":
    main()
