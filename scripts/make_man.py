"""Write the man page from the commands' own help: `python scripts/make_man.py`."""

from collections.abc import Iterator
from pathlib import Path

import click

import rtlint
from rtlint.cli.program import program

PAGE = Path(__file__).parent.parent / "share" / "man" / "man1" / "rtlint.1"
_END = """\
.SH FILES
.TP
.BR .rtlint.yaml ", " rtlint.yaml ", " pyproject.toml " ([tool.rtlint])"
The configuration: the nearest above a file counts for it.
.TP
.B .rtlint-baseline.yaml
Findings that are known.
.SH ENVIRONMENT
.TP
.B NO_COLOR
No colours, unless \\fB\\-\\-color\\fR says otherwise.
.SH SEE ALSO
\\fBrtlint explain\\fR \\fIRULE\\fR, https://rtlint.io
"""


def page() -> str:
    """The page: the commands one after the other, each with its options."""
    context = click.Context(program, info_name="rtlint")
    commands = [program.get_command(context, name) for name in program.list_commands(context)]
    found = [command for command in commands if command is not None]
    return "".join(f"{line}\n" for line in _lines(found)) + _END


def _lines(commands: list[click.Command]) -> Iterator[str]:
    first, *others = _paragraphs(program)
    yield f'.TH RTLINT 1 "" "rtlint {rtlint.__version__}" "rtlint"'
    yield from (".SH NAME", f"rtlint \\- {_text(first[0].lower() + first[1:].removesuffix('.'))}")
    yield ".SH SYNOPSIS"
    yield "\n.br\n".join(_usage(command) for command in commands)
    yield ".SH DESCRIPTION"
    yield "\n.PP\n".join(map(_text, others))
    yield ".SH COMMANDS"
    for command in commands:
        yield f".SS {command.name}"
        yield "\n.PP\n".join(map(_text, _paragraphs(command)))
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                yield from (".TP", _option(parameter), _text(_help(parameter)))


def _paragraphs(command: click.Command) -> list[str]:
    return [" ".join(part.split()) for part in (command.help or "").split("\n\n")]


def _usage(command: click.Command) -> str:
    arguments = [p for p in command.params if isinstance(p, click.Argument)]
    names = [argument.metavar or (argument.name or "").upper() for argument in arguments]
    shown = [
        name if argument.required or name.startswith("[") else f"[{name}]"
        for argument, name in zip(arguments, names, strict=True)
    ]
    parts = " ".join(["[\\fIOPTION\\fR]...", *map(_text, shown)])
    return f"\\fBrtlint {command.name}\\fR {parts}"


def _option(option: click.Option) -> str:
    names = ", ".join(f"\\fB{_text(name)}\\fR" for name in reversed(option.opts))
    value = option.metavar or option.type.name.upper()
    if isinstance(option.type, click.Choice):
        value = "|".join(map(str, option.type.choices))
    return names if option.is_flag else f"{names} \\fI{_text(value)}\\fR"


def _help(option: click.Option) -> str:
    default = f"  [default: {option.default}]" if option.show_default else ""
    return f"{option.help or ''}{default}".strip()


def _text(text: str) -> str:
    """Text as roff reads it; Markdown's quotes set code in bold."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    parts = escaped.split("`")
    marked = "".join(f"\\fB{part}\\fR" if i % 2 else part for i, part in enumerate(parts))
    # A dot or a quote that begins a line would be a request.
    return f"\\&{marked}" if marked[:1] in (".", "'") else marked


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
