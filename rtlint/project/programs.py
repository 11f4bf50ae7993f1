"""Other programs: what they may not do, and for how long."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

# Nothing that rtlint asks for waits for more than the disk, or for what a kustomization names.
TIME_LIMIT = 120  # seconds

# A repository may be somebody else's, and with it its settings, which name programs and files. No
# setting of any place wins over these. Converters and filters have names of their own, so rtlint
# asks git for nothing that would need them: never for a file of the working tree.
_SETTINGS = {
    "core.alternateRefsCommand": "",
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "",
    "core.useReplaceRefs": "false",
    "diff.external": "",
    "diff.orderFile": os.devnull,
    "gc.auto": "0",
    "maintenance.auto": "false",
    "safe.bareRepository": "explicit",
}
_QUIET: Final[Mapping[str, str]] = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
# Nothing is fetched: of a partial clone what is there counts.
_NO_NETWORK: Final[Mapping[str, str]] = {"GIT_ALLOW_PROTOCOL": "", "GIT_NO_LAZY_FETCH": "1"}
# Of no repository, and of nobody's settings.
_ALONE: Final[Mapping[str, str]] = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_DIR": os.devnull,
    # It wins over `--unified`.
    "GIT_DIFF_OPTS": "",
}


class NoAnswer(Exception):  # noqa: N818 - said in a line, not shown as an error
    """Why a program gave no answer."""


def git(folder: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """What git says of the repository of a folder. Raises NoAnswer.

    The user's own settings count beside the fixed ones: `safe.directory` is one of them.
    """
    command = ("git", "--literal-pathspecs", *arguments)
    return _run(command, f"git {arguments[0]}", folder, _NO_NETWORK)


def git_alone(folder: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """What git says of files in a folder that is no repository's. Raises NoAnswer."""
    environment = {**_NO_NETWORK, **_ALONE}
    return _run(("git", *arguments), f"git {arguments[0]}", folder, environment)


def render(command: tuple[str, ...], folder: str) -> subprocess.CompletedProcess[bytes]:
    """What Helm or Kustomize make of a folder. Raises NoAnswer.

    Kustomize fetches with git what a kustomization names.
    """
    # From `.` or `/` on: a folder's name is never an option.
    place = folder if os.path.isabs(folder) else os.path.join(".", folder)
    return _run((*command, place), " ".join(command), ".", {})


def _run(
    command: tuple[str, ...], name: str, folder: str, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """Run a program that asks nothing, to its end or that of the time limit."""
    try:
        # In a session of its own there is no terminal to ask, and it ends with all it started.
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **_QUIET, **_settings(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise NoAnswer(f"{name}: {error.strerror or error}") from None
    with process:
        try:
            out, err = process.communicate(timeout=TIME_LIMIT)
        except subprocess.TimeoutExpired:
            _end(process)
            raise NoAnswer(f"{name}: no answer in {TIME_LIMIT} seconds, so it was ended") from None
        except BaseException:
            _end(process)
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def _settings() -> dict[str, str]:
    """The settings as git takes them from its environment, behind those that stand there."""
    given = os.environ.get("GIT_CONFIG_COUNT", "")
    first = int(given) if given.isdecimal() else 0
    variables = {"GIT_CONFIG_COUNT": str(first + len(_SETTINGS))}
    for number, (key, value) in enumerate(_SETTINGS.items(), first):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    """The first line of what a program that failed says of it."""
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[0] if lines else "it failed, and says nothing"
