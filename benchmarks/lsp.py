"""From a change in the editor to its diagnostics: a real `rtlint lsp` behind real pipes.

Of the time the server's own is what it has a processor for: it is the same on a busy machine.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks import repository
from benchmarks.measure import Table, environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.measure import Bench

    Edit = Callable[[str, int], str]

CHANGES = 10_000


class Editor:
    """As much of an editor as it takes to type into one file."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        command = [*map(str, bench.rtlint), "lsp"]
        pipe = subprocess.PIPE
        self._server = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment())
        self.uri = (folder / "vm.yaml").as_uri()
        self._version = 0
        root = {"processId": None, "capabilities": {}, "rootUri": folder.as_uri()}
        self._send({"id": 1, "method": "initialize", "params": root})
        while self._receive().get("id") != 1:
            pass
        self._notify("initialized", {})

    def open(self, text: str) -> int:
        document = {"uri": self.uri, "languageId": "yaml", "version": 0, "text": text}
        self._notify("textDocument/didOpen", {"textDocument": document})
        return self._diagnostics()

    def change(self, text: str) -> int:
        """Type; returns how many diagnostics come of it."""
        self._version += 1
        document = {"uri": self.uri, "version": self._version}
        changes = {"textDocument": document, "contentChanges": [{"text": text}]}
        self._notify("textDocument/didChange", changes)
        return self._diagnostics()

    def memory(self) -> int:
        """The server's resident memory in KiB."""
        status = Path(f"/proc/{self._server.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def own_time(self) -> float:
        """How long a processor has worked for the server, in milliseconds."""
        threads = Path(f"/proc/{self._server.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e6

    def close(self) -> None:
        self._server.kill()
        self._server.wait()

    def _diagnostics(self) -> int:
        while True:
            message = self._receive()
            if message.get("method") == "textDocument/publishDiagnostics":
                params = message["params"]
                if params.get("version") == self._version:
                    return len(params["diagnostics"])

    def _notify(self, method: str, params: dict[str, Any]) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._server.stdin is not None
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self._server.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._server.stdout is not None
        length = 0
        while (line := self._server.stdout.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        found: dict[str, Any] = json.loads(self._server.stdout.read(length))
        return found


def editing(bench: Bench) -> Table:
    """From a change to its diagnostics, and the server's memory over many changes."""
    lines = repository.one_vm().splitlines()
    # With as many annotations as make it 200 lines long.
    notes = [f"    example.org/note-{i:03}: text" for i in range(199 - len(lines))]
    at = lines.index("metadata:") + 1
    long = "\n".join([*lines[:at], "  annotations:", *notes, *lines[at:]]) + "\n"
    clean = "".join(f"---\n{repository.one_vm()}" for _ in range(200))
    broken = clean.replace("isolateEmulatorThread: true", "isolateEmulatorThread: false")
    texts = {"200 lines": long, "200 VMs": clean, "200 VMs, each with a mistake": broken}
    edits = {"a word changes": in_place, "a line comes or goes at the top": at_the_top}
    rows = [
        (f"{name}: {what}", *times(bench, text, edit))
        for name, text in texts.items()
        for what, edit in edits.items()
    ]
    rows += memory(bench, long)
    return Table("From a change to its diagnostics", ("", "median", "worst", "server's own"), rows)


def in_place(text: str, number: int) -> str:
    """The last VM with another name."""
    head, _, tail = text.rpartition("name: ")
    return f"{head}name: other-{number}\n{tail.partition(chr(10))[2]}"


def at_the_top(text: str, number: int) -> str:
    return "# a comment\n" * (number % 2) + text


def times(bench: Bench, text: str, edit: Edit) -> tuple[str, str, str]:
    with TemporaryDirectory() as folder:
        editor = Editor(bench, Path(folder))
        editor.open(text)
        waited, own = [], []
        for number in range(1, (bench.runs or 60) + 1):
            changed = edit(text, number)
            start, before = perf_counter(), editor.own_time()
            editor.change(changed)
            waited.append((perf_counter() - start) * 1000)
            own.append(editor.own_time() - before)
        editor.close()
    # The first changes load what a warm server has.
    warm = waited[5:] or waited
    return f"{median(warm):.1f} ms", f"{max(warm):.1f} ms", f"{median(own[5:] or own):.1f} ms"


def memory(bench: Bench, text: str) -> list[tuple[str, ...]]:
    with TemporaryDirectory() as folder:
        editor = Editor(bench, Path(folder))
        editor.open(text)
        rows: list[tuple[str, ...]] = []
        for number in range(1, CHANGES + 1):
            editor.change(in_place(text, number))
            if number in (CHANGES // 10, CHANGES):
                used = f"{editor.memory() / 1024:.1f} MiB"
                rows.append((f"memory after {number} changes", used, "", ""))
        editor.close()
    return rows
