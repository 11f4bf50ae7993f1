"use strict";

const { createInterface } = require("node:readline");
const vscode = require("vscode");
const { CloseAction, LanguageClient } = require("vscode-languageclient/node");

const SELECTOR = [
  ...["file", "untitled"].flatMap((scheme) => [
    { scheme, language: "yaml" },
    { scheme, language: "json" },
  ]),
  // The server takes the name of a file for what says that it is documentation.
  { scheme: "file", language: "markdown", pattern: "**/*.{md,markdown}" },
  { scheme: "file", language: "mdx", pattern: "**/*.mdx" },
  { scheme: "file", language: "asciidoc", pattern: "**/*.{adoc,asciidoc}" },
];
const SHOW_LOG = "Show the log";
const OPEN_SETTINGS = "Open the settings";

/**
 * A client for the server that this command line starts; not started yet.
 *
 * `log` is where the server's standard error goes, `middleware` what the editor does in the
 * server's stead. What keeps the server from running is told the user once, and `failed`.
 */
function makeClient(server, log, middleware, failed) {
  let lastWords = Promise.resolve();
  let isTold = false;

  const client = new LanguageClient("rtlint", server, {
    documentSelector: SELECTOR,
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
    // Of one that cannot be started Node may also report that nothing can be written to it.
    if (show !== "force" || isTold) return;
    isTold = true;
    const said = await lastWords;
    const reason = String(said || data || message).replace(/\.$/, "");
    failed(reason);
    tellFailure(`${server.command}: ${reason}`, !said || /No module|is an extra/.test(said), log);
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

async function tellFailure(reason, isMissing, log) {
  const remedy = isMissing
    ? "Install it with: pip install 'rtlint[lsp]', or set rtlint.path to where it is."
    : "The log says more.";
  const chosen = await vscode.window.showErrorMessage(
    `The language server is not running: ${reason}. ${remedy}`,
    SHOW_LOG,
    OPEN_SETTINGS,
  );
  if (chosen === SHOW_LOG) log.show();
  if (chosen === OPEN_SETTINGS) {
    vscode.commands.executeCommand("workbench.action.openSettings", "rtlint.");
  }
}

module.exports = { SELECTOR, makeClient };
