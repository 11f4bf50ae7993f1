"""The man page, and what shells complete with."""

import os
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
from make_man import PAGE, page

LOADERS = {
    "bash": ("bash-completion/completions/rtlint", "complete -p rtlint"),
    "zsh": ("zsh/site-functions/_rtlint", "print $_comps[rtlint]"),
    "fish": ("fish/vendor_completions.d/rtlint.fish", "complete -c rtlint"),
}


def test_the_man_page_is_the_commands_own_help():
    assert PAGE.read_text() == page(), "run `python scripts/make_man.py`"


def test_the_man_page_is_laid_out_without_a_warning():
    if shutil.which("groff") is None:
        pytest.skip("there is no groff")
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", PAGE], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert "Lint KubeVirt manifests." in done.stdout


@pytest.mark.parametrize("shell", LOADERS)
def test_what_a_shell_reads_completes_rtlint(shell, tmp_path):
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")
    file, ask = LOADERS[shell]
    (tmp_path / "rtlint").write_text(f'#!/bin/sh\nexec {sys.executable} -m rtlint "$@"\n')
    (tmp_path / "rtlint").chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
    begin = "autoload -Uz compinit; compinit -u; " if shell == "zsh" else ""
    # Outside of a completion zsh's function has nothing to complete.
    script = f"{begin}. {ROOT}/share/{file} 2>/dev/null; {ask}"
    done = subprocess.run(
        [shell, "-c", script], env=env, capture_output=True, text=True, check=True
    )
    assert "_rtlint_completion" in done.stdout
