"""The command line: one module a command, imported when that command runs."""

from __future__ import annotations

import gc
import os
import sys

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


# How importing fails as well where memory is short: CPython 3.11 takes right code for wrong, and
# returns errors that it did not set; the dynamic linker maps no further library.
_OUT_OF_MEMORY = (MemoryError, ImportError, SyntaxError, SystemError)
_NOT_MAPPED = "failed to map segment"


def main(args: Sequence[str] | None = None) -> None:
    """Run the program; exits with the command's status."""
    # What a run allocates it keeps, or reference counts free it: to search for cycles every 700
    # objects, most of them from importing, adds 3 % to a clean VM's run.
    gc.set_threshold(100_000)
    from rtlint.cli.files import UNUSABLE, drop_output, interrupted, say
    from rtlint.project.files import Unusable

    hook, sys.unraisablehook = sys.unraisablehook, _unraisable
    # Whoever called closed them; the exit status still says something.
    for stream in ("stdout", "stderr"):
        if not getattr(sys, stream):
            setattr(sys, stream, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    try:
        try:
            _run(tuple(sys.argv[1:] if args is None else args))
        finally:
            # The interpreter would do it with a traceback. The language server closes it.
            if not sys.stdout.closed:
                sys.stdout.flush()
    except OSError as error:
        # A full disk, a reader that is gone. All other files are told of where they are opened.
        nowhere = isinstance(error, FileNotFoundError)
        where = error.filename or ("the current folder" if nowhere else "standard output")
        say(f"{where}: {error.strerror or error}")
        drop_output()
        sys.exit(UNUSABLE)
    except Unusable as error:
        for message in error.messages:
            say(message)
        sys.exit(UNUSABLE)
    except _OUT_OF_MEMORY as error:
        if isinstance(error, ImportError) and _NOT_MAPPED not in str(error):
            raise
        # Not with `say`, which needs some of its own.
        try:
            sys.stderr.write("rtlint: there is not enough memory; lint fewer files at a time\n")
        except (AttributeError, OSError):
            pass
        drop_output()
        sys.exit(UNUSABLE)
    except KeyboardInterrupt:
        sys.exit(interrupted())
    finally:
        # Before it ends the interpreter searches everything once more for garbage, to free memory
        # that goes back as a whole a moment later: 9 % of a clean VM's run.
        gc.freeze()
        sys.unraisablehook = hook


def _unraisable(what: sys.UnraisableHookArgs) -> None:
    """What else fails where there is not enough memory is no news."""
    if not issubclass(what.exc_type, MemoryError):
        sys.__unraisablehook__(what)


def _run(args: tuple[str, ...]) -> None:
    from rtlint.cli.commands import COMMANDS, SPELT_OUT

    paths = args[1:] if args[:1] == ("check",) else args
    options = [path for path in paths if path.startswith("-") and path != "-"]
    _refuse_names_of_files(paths)
    if args and args[0].isalpha() and args[0] not in (*COMMANDS, *SPELT_OUT):
        _refuse_misspelt_command(args[0], COMMANDS)
    if paths and paths[0] not in (*COMMANDS, *SPELT_OUT) and not options:
        from rtlint.cli.files import Misused
        from rtlint.cli.lint import lint

        # As pre-commit calls it. Paths alone need no click, which adds 39 % to a clean VM's run;
        # what a configuration asks for in vain it says best.
        try:
            sys.exit(lint(paths))
        except Misused:
            pass
    from rtlint.cli.program import program

    program(args, prog_name="rtlint")


def _refuse_misspelt_command(word: str, commands: tuple[str, ...]) -> None:
    """Raise Unusable for a word that is no file and nearly a command."""
    if os.path.lexists(word):
        return
    from difflib import get_close_matches

    from rtlint.project.files import Unusable

    for near in get_close_matches(word, commands, n=1, cutoff=0.7):
        raise Unusable(f"{word}: neither a file nor a command; did you mean `rtlint {near}`?")


def _refuse_names_of_files(args: tuple[str, ...]) -> None:
    """Raise Unusable where an option may be a file's name, which a shell or a hook put there.

    So may `-`: standard input may never end, and is none of the files.
    """
    options = args[: args.index("--")] if "--" in args else args
    for arg in args:
        if arg == "-" or (arg.startswith("-") and arg in options):
            if not os.path.lexists(arg):
                continue
            from rtlint.project.files import Unusable

            what, instead = "an option", "write `--` before the paths, or rename the file"
            if arg == "-":
                what, instead = "standard input", "rename the file"
            raise Unusable(f"`{arg}` is {what}, and a file of that name is here; {instead}")
