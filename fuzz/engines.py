"""The engines: what comes up with inputs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from fuzz.attempts import Attempts
from fuzz.targets import corpus, load

_BATCH = 100


def by_grammar(name: str, seconds: float) -> int:
    """Inputs that hypothesis makes to the target's grammar; the exit status."""
    from hypothesis import HealthCheck, Phase, given, settings

    target = load(name)
    attempts = Attempts(name, target.check, seconds)
    for data in corpus(name):
        if attempts.is_over:
            break
        attempts.attempt(data)
    profile = settings(
        max_examples=_BATCH,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run = profile(given(target.examples)(attempts.attempt))
    while not attempts.is_over:
        run()
    return attempts.summary()


def by_coverage(name: str, seconds: float) -> int:
    """Inputs that reach new branches of the code, which atheris finds; it ends the process."""
    import atheris

    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        # An import within a function, of which rtlint has many, is instrumented too.
        with atheris.instrument_imports(include=["rtlint"]):
            target = load(name)
            for number, data in enumerate(corpus(name)):
                (folder / str(number)).write_bytes(data)
            words = folder / "words"
            # libFuzzer takes no dictionary without words, and no empty word.
            known = filter(None, (*target.words, "0"))
            words.write_text("".join(f'"{_escaped(word)}"\n' for word in known))
            attempts = Attempts(name, target.check, seconds)

            def attempt(data: bytes) -> None:
                attempts.attempt(data)
                if attempts.is_over:
                    status = attempts.summary()
                    sys.stdout.flush()
                    rmtree(folder)
                    os._exit(status)

            limits = ["-timeout=300", "-rss_limit_mb=4096"]
            atheris.Setup([sys.argv[0], temporary, f"-dict={words}", *limits], attempt)
            atheris.Fuzz()
    return 0


def _escaped(word: str) -> str:
    """A word as libFuzzer's dictionaries have it."""
    return "".join(f"\\x{byte:02x}" for byte in word.encode())


ENGINES = {"hypothesis": by_grammar, "atheris": by_coverage}
