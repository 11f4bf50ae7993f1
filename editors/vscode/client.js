"use strict";

const { createInterface } = require("node:readline");
const vscode = require("vscode");
const { CloseAction, LanguageClient } = require("vscode-languageclient/node");

const SHOW_LOG = "Show the log";
const OPEN_SETTINGS = "Open the settings";

/**
 * A client for `rtlint lsp` as the settings say; not started yet.
 *
 * `log` is where the server's standard error goes, `middleware` what the editor does in the
 * server's stead. Whatever keeps the server from running is told the user once.
 */
function makeClient(log, middleware) {
  const settings = vscode.workspace.getConfiguration("rtlint");
  const server = { command: settings.get("path"), args: ["lsp", ...settings.get("arguments")] };
  let lastWords = Promise.resolve();

  const client = new LanguageClient("rtlint", server, {
    documentSelector: ["file", "untitled"].flatMap((scheme) => [
      { scheme, language: "yaml" },
      { scheme, language: "json" },
    ]),
    outputChannel: log,
    middleware,
    // The failure is told with the ways out of it, below.
    initializationFailedHandler: () => false,
    stdioOptions: {
      stderr: (stream) => {
        lastWords = lastLine(stream, log);
      },
    },
  });

  // A server that crashes is worth another try; one that never ran will not do so the next time.
  const usual = client.clientOptions.errorHandler;
  client.clientOptions.errorHandler = {
    error: (...args) => ({ ...usual.error(...args), handled: true }),
    closed: () =>
      client.initializeResult
        ? usual.closed()
        : { action: CloseAction.DoNotRestart, handled: true },
  };

  const report = client.error.bind(client);
  client.error = async (message, data, show = true) => {
    report(message, data, show === "force" ? false : show);
    if (show === "force") tellFailure((await lastWords) || data || message, log);
  };
  return client;
}

/** The last line that a program says, once it is gone; all of them go to the log. */
async function lastLine(stream, log) {
  let last;
  for await (const line of createInterface({ input: stream })) {
    log.error(line);
    last = line;
  }
  return last;
}

async function tellFailure(reason, log) {
  const chosen = await vscode.window.showErrorMessage(
    `The language server is not running: ${reason}. Get it with: pip install 'rtlint[lsp]'. ` +
      "If it is there, name it in the setting rtlint.path.",
    SHOW_LOG,
    OPEN_SETTINGS,
  );
  if (chosen === SHOW_LOG) log.show();
  if (chosen === OPEN_SETTINGS) {
    vscode.commands.executeCommand("workbench.action.openSettings", "rtlint.");
  }
}

module.exports = { makeClient };
