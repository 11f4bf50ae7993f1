"use strict";

const vscode = require("vscode");
const { ExecuteCommandRequest } = require("vscode-languageclient/node");
const { makeClient } = require("./client");
const { conversion } = require("./conversion");

/** Start the server, and offer the commands; all of it goes with `context.subscriptions`. */
async function activate(context) {
  const log = vscode.window.createOutputChannel("rtlint", { log: true });
  let client;
  let lastChange = Promise.resolve();

  /** Start the server anew, with the settings of now; one change waits for the one before. */
  function restart() {
    lastChange = lastChange.then(async () => {
      await stop(client);
      client = makeClient(log, { executeCommand });
      // What keeps it from starting has been told.
      await client.start().catch(() => {});
    });
    return lastChange;
  }

  async function ask(uri, form) {
    await lastChange;
    return client.sendRequest(ExecuteCommandRequest.type, {
      command: "rtlint.preview",
      arguments: [client.code2ProtocolConverter.asUri(uri), form],
    });
  }

  const { showPage, showText } = conversion(ask, context.subscriptions);

  /** The server would show the page in a browser; here it stays in the editor. */
  function executeCommand(command, args, next) {
    return command === "rtlint.showConversion"
      ? showPage(vscode.Uri.parse(args[0]))
      : next(command, args);
  }

  context.subscriptions.push(
    log,
    { dispose: () => stop(client) },
    vscode.commands.registerCommand("rtlint.restart", restart),
    vscode.commands.registerCommand("rtlint.conversionPage", () => ofShown(showPage)),
    vscode.commands.registerCommand("rtlint.conversionText", () => ofShown(showText)),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("rtlint")) return restart();
    }),
  );
  await restart();
}

async function stop(client) {
  // A server that does not go when it is asked to is ended by the client.
  if (client?.isRunning()) await client.stop().catch(() => {});
}

function ofShown(show) {
  const editor = vscode.window.activeTextEditor;
  return editor && show(editor.document.uri);
}

module.exports = { activate };
