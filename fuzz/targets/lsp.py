"""What an editor may send: each request has its answer, in the text, and the server lives."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
from contextlib import suppress
from random import Random
from typing import Any

from hypothesis import strategies as st
from pygls.io_ import run_async

from fuzz import manifests, texts
from fuzz.choices import Choices
from fuzz.target import Target
from rtlint.kubevirt.releases import NEWEST
from rtlint.lsp.wiring import make_server
from rtlint.yaml.source import Source

_URI = "untitled:vm.yaml"
_RAW = b"raw\n"
_DOCUMENT = {"uri": _URI}
_START = {
    "capabilities": {"general": {"positionEncodings": ["utf-32"]}},
    "processId": None,
    "rootUri": None,
}
_METHODS = ["hover", "completion", "codeAction", "inlayHint"]
_WORDS = [
    '{"jsonrpc": "2.0", "id": 1, "method": "',
    "textDocument/hover",
    "Content-Length: 9\r\n\r\n",
    '"params": {',
    '"position": {"line": 0, "character": 0}',
    *texts.WORDS,
]


def check(data: bytes) -> None:
    """Bytes after `raw` are sent as they are; others decide what an editor does with a text."""
    logging.disable(logging.CRITICAL)
    if data.startswith(_RAW):
        asyncio.run(_check_raw(data.removeprefix(_RAW)))
    else:
        choices, _, text = data.partition(b"\n")
        asyncio.run(_check_session(Choices(choices), text.decode("utf-8", "replace")))


async def _check_raw(data: bytes) -> None:
    """A server that was sent anything at all answers a request that follows, if it can be told."""
    start = _request(1, "initialize", _START)
    _, answers = await _serve(start + data)
    assert 1 in answers


async def _check_session(rng: Choices, text: str) -> None:
    messages = [_request(1, "initialize", _START), _notice("initialized", {})]
    item = {"uri": _URI, "languageId": "yaml", "version": 1, "text": text}
    messages.append(_notice("textDocument/didOpen", {"textDocument": item}))
    asked: dict[int, str] = {}
    for number in range(2, 2 + rng.randint(1, 6)):
        method = rng.choice([*_METHODS, "didChange"])
        if method == "didChange":
            text = texts.damaged(rng, text)
            identifier = {"uri": _URI, "version": number}
            change = {"textDocument": identifier, "contentChanges": [{"text": text}]}
            messages.append(_notice("textDocument/didChange", change))
        else:
            asked[number] = text
            messages.append(_request(number, f"textDocument/{method}", _question(rng, text)))
    messages.append(_request(99, "shutdown", None))
    server, answers = await _serve(b"".join(messages))
    assert not server.errors, server.errors
    assert answers.keys() >= {1, *asked, 99}, answers.keys()
    for number, then in asked.items():
        assert "error" not in answers[number], answers[number]
        _check_ranges(answers[number], then)


def _question(rng: Choices, text: str) -> dict[str, Any]:
    """A place anywhere in the text, or beyond it."""
    lines = len(Source("x", text).line_starts)
    line = rng.choice([rng.randrange(lines), rng.randrange(lines), lines + 3])
    position = {"line": line, "character": rng.choice([0, 4, rng.randrange(80), 2**31 - 1])}
    end = {"line": lines + rng.randrange(3), "character": 0}
    return {
        "textDocument": _DOCUMENT,
        "position": position,
        "range": {"start": position, "end": end},
        "context": {"diagnostics": [], "triggerKind": 1},
    }


def _check_ranges(answer: Any, text: str) -> None:
    """Whatever range an answer names lies in the text."""
    source = Source("x", text.removeprefix("\ufeff"))
    waiting = [answer]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            waiting += value.values()
            if value.keys() == {"line", "character"}:
                assert 0 <= value["line"] < len(source.line_starts), value
                # In UTF-32, that is in code points; a place may lie in a line's ending.
                line = source.line(value["line"] + 1)
                assert 0 <= value["character"] <= len(line) + 2, value


async def _serve(data: bytes) -> tuple[Any, dict[Any, dict[str, Any]]]:
    """A server that was sent the bytes, and its answers by the request's id."""
    server: Any = make_server(NEWEST, None, frozenset())
    server.errors = []
    server.report_server_error = lambda error, _: server.errors.append(repr(error))
    written: list[bytes] = []

    class Writer:
        def write(self, sent: bytes) -> None:
            written.append(sent)

        def close(self) -> None:
            pass

    server.protocol.set_writer(Writer())
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    with suppress(asyncio.IncompleteReadError):
        await run_async(threading.Event(), reader, server.protocol, error_handler=lambda *_: None)
    # What waits for a pause in the typing, too.
    await asyncio.sleep(0.01)
    return server, _answers(b"".join(written))


def _answers(data: bytes) -> dict[Any, dict[str, Any]]:
    found = {}
    while data:
        head, _, rest = data.partition(b"\r\n\r\n")
        length = re.match(rb"Content-Length: (\d+)", head)
        assert length is not None, head
        body, data = rest[: int(length[1])], rest[int(length[1]) :]
        message = json.loads(body)
        if "id" in message and "method" not in message:
            found[message["id"]] = message
    return found


def _notice(method: str, params: Any) -> bytes:
    return _framed({"jsonrpc": "2.0", "method": method, "params": params})


def _request(number: int, method: str, params: Any) -> bytes:
    return _framed({"jsonrpc": "2.0", "id": number, "method": method, "params": params})


def _framed(message: Any) -> bytes:
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def _made(seed: int) -> bytes:
    rng = Random(seed)
    choices = bytes(rng.randrange(256) for _ in range(60)).replace(b"\n", b"\0")
    text = manifests.text(rng) if rng.random() < 0.7 else rng.choice(texts.repository())
    return choices + b"\n" + texts.damaged(rng, text).encode()


TARGET = Target(check, st.integers(0, 2**64).map(_made), _WORDS)
