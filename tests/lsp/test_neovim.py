"""Neovim with the configuration of the documentation: findings, fixes, and the file on disk."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

pytest.importorskip("pygls")
NVIM = shutil.which("nvim")
pytestmark = pytest.mark.skipif(not NVIM, reason="needs nvim (Debian: neovim)")

BROKEN = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata:
  name: rt
spec:
  domain:
    cpu:
      cores: 4
      model: host-model  # 実時間 😀
      realtime: {}
"""
WAIT = """\
local function wait(what, holds)
  if not vim.wait(20000, holds, 20) then
    io.stderr:write("no " .. what .. "\\n")
    vim.cmd("cquit")
  end
end
local function finding(rule)
  for _, each in ipairs(vim.diagnostic.get(0)) do
    if each.code == rule or each.user_data.lsp.code == rule then return each end
  end
end
wait("findings", function() return finding("RT101") end)
"""
QUICK_FIX = """\
vim.ui.select = function(actions, _, choose)
  for _, each in ipairs(actions) do
    local title = (each.action or each[2]).title
    if title:find("(RT101)", 1, true) then return choose(each) end
  end
end
local found = finding("RT101")
vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
vim.lsp.buf.code_action()
wait("fix", function() return vim.bo.modified end)
wait("findings without it", function() return not finding("RT101") end)
"""
SAVE = 'vim.cmd("write")\nvim.cmd("qall")\n'


def configuration():
    """What the documentation says for this release: how to start the server, to fix on save."""
    page = (ROOT / "docs" / "editors.md").read_text()
    newest, older, fix_on_save = re.findall(r"^```lua\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    version = subprocess.run([NVIM, "--version"], capture_output=True, text=True, check=True).stdout
    release = tuple(map(int, re.findall(r"\d+", version)[:2]))
    return newest if release >= (0, 11) else older, fix_on_save


@pytest.fixture
def neovim(tmp_path):
    """Open a broken manifest with a configuration, run a script; what the file is then."""
    tools, home, folder = tmp_path / "bin", tmp_path / "home", tmp_path / "folder"
    for each in (tools, home, folder):
        each.mkdir()
    program = tools / "rtlint"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m rtlint "$@"\n')
    program.chmod(0o755)
    manifest = folder / "vm.yaml"
    manifest.write_text(BROKEN)

    def run(configured, script):
        (home / "init.lua").write_text(configured)
        (home / "script.lua").write_text(script)
        env = {
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "PATH": os.pathsep.join([str(tools), os.environ["PATH"]]),
            "PYTHONPATH": str(ROOT),
        }
        command = [NVIM, "--headless", "-n", "-u", home / "init.lua", manifest.name]
        done = subprocess.run(
            [*command, "-c", f"luafile {home / 'script.lua'}"],
            cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "Error" not in done.stderr
        return manifest.read_text()

    return run


def test_a_quick_fix_mends_one_finding(neovim):
    start, _ = configuration()
    saved = neovim(start, WAIT + QUICK_FIX + SAVE)
    assert saved == BROKEN.replace("host-model", "host-passthrough")


def test_saving_makes_all_safe_fixes(neovim, rtlint):
    saved = neovim("\n".join(configuration()), WAIT + SAVE)
    assert saved != BROKEN
    assert saved == rtlint("--fix", "-", stdin=BROKEN.encode()).out
