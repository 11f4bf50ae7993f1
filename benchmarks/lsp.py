"""From a change in the editor to its diagnostics: `python -m benchmarks.lsp`.

A real `rtlint lsp` behind real pipes. Prints the median and the worst of many changes, for a VM of
200 lines and for a file of 200 VMs, and how the server's memory grows over 10,000 changes. Of the
time the server's own is what it has a processor for: that is the same on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks import repository

CHANGES = 60


class Editor:
    """As much of an editor as it takes to type into one file."""

    def __init__(self, folder: Path) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "rtlint", "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
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


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.lsp", description=__doc__)
    arguments.add_argument("--memory-changes", type=int, default=10_000, metavar="N")
    chosen = arguments.parse_args()
    lines = repository.one_vm().splitlines()
    # The annotations make it 200 lines long, as a VM with disks and cloud-init is.
    notes = [f"    example.org/note-{i:03}: text" for i in range(200 - len(lines))]
    at = lines.index("metadata:") + 1
    long = "\n".join([*lines[:at], "  annotations:", *notes, *lines[at:]]) + "\n"
    clean = "".join(f"---\n{repository.one_vm()}" for _ in range(200))
    broken = clean.replace("isolateEmulatorThread: true", "isolateEmulatorThread: false")
    print(f"{'':62} {'median':>9} {'worst':>9} {'own':>9} {'findings':>8}")
    for name, text in (
        (f"one VM of {len(long.splitlines())} lines", long),
        ("200 VMs", clean),
        ("200 VMs, each with a mistake", broken),
    ):
        measure(f"{name}: a word changes", text, in_place)
        measure(f"{name}: a line comes or goes at the top", text, at_the_top)
    measure_memory(long, chosen.memory_changes)


def in_place(text: str, number: int) -> str:
    """The last VM with another name."""
    head, _, tail = text.rpartition("name: ")
    return f"{head}name: other-{number}\n{tail.partition(chr(10))[2]}"


def at_the_top(text: str, number: int) -> str:
    return "# a comment\n" * (number % 2) + text


def measure(name: str, text: str, edit: Any) -> None:
    with TemporaryDirectory() as folder:
        editor = Editor(Path(folder))
        editor.open(text)
        times, own = [], []
        found = 0
        for number in range(1, CHANGES + 1):
            changed = edit(text, number)
            start, before = perf_counter(), editor.own_time()
            found = editor.change(changed)
            times.append((perf_counter() - start) * 1000)
            own.append(editor.own_time() - before)
        editor.close()
    # The first changes load what a warm server has.
    warm = times[5:]
    print(
        f"{name:62} {median(warm):6.1f} ms {max(warm):6.1f} ms {median(own[5:]):6.1f} ms {found:8}",
        flush=True,
    )


def measure_memory(text: str, changes: int) -> None:
    with TemporaryDirectory() as folder:
        editor = Editor(Path(folder))
        editor.open(text)
        for number in range(1, changes + 1):
            editor.change(in_place(text, number))
            if number in (changes // 10, changes):
                print(
                    f"memory after {number} changes: {editor.memory() / 1024:.1f} MiB", flush=True
                )
        editor.close()


if __name__ == "__main__":
    main()
