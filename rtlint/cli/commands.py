"""The names of the commands, each of which is a module of that name here."""

COMMANDS = ("check", "preview", "explain", "rules", "policy", "schema", "config", "init", "lsp")
# What people write in the place of options; the help may be that of a command.
SPELT_OUT = {"help": "--help", "version": "--version"}
