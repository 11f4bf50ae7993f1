"""The names of the commands, each of which is a module of that name here."""

COMMANDS = ("check", "preview", "explain", "rules", "schema", "config", "init", "lsp")
