"use strict";

const vscode = require("vscode");
const { ExecuteCommandRequest, State } = require("vscode-languageclient/node");
const { SELECTOR, makeClient } = require("./client");
const { conversion } = require("./conversion");
const { findProgram, followInterpreter, serverArguments } = require("./program");
const { makeStatus } = require("./status");

const RELEASE = "rtlint.release";

/** Start the server, and offer the commands; all of it goes with `context.subscriptions`. */
async function activate(context) {
  const log = vscode.window.createOutputChannel("rtlint", { log: true });
  const status = makeStatus(SELECTOR);
  let client;
  let program;
  let lastChange = Promise.resolve();

  /** Start the server anew, with the settings of now; one change waits for the one before. */
  function restart() {
    lastChange = lastChange.then(async () => {
      await stop(client);
      status.starting();
      program = await findProgram();
      const server = { command: program, args: serverArguments() };
      log.info(`starting ${[program, ...server.args].join(" ")}`);
      client = makeClient(server, log, { executeCommand, handleDiagnostics }, status.failed);
      client.onDidChangeState(({ newState }) => newState === State.Running && showStatus());
      // What keeps it from starting has been told.
      await client.start().catch(() => {});
    });
    return lastChange;
  }

  async function restartElsewhere() {
    if ((await findProgram()) !== program) return restart();
  }

  function send(command, uri, ...args) {
    const document = client.code2ProtocolConverter.asUri(uri);
    return client.sendRequest(ExecuteCommandRequest.type, {
      command,
      arguments: [document, ...args],
    });
  }

  async function ask(uri, form) {
    await lastChange;
    return send("rtlint.preview", uri, form);
  }

  /** Name the release that counts for the file that is shown: its configuration may say it. */
  async function showStatus() {
    const asked = client;
    if (!asked?.isRunning()) return;
    const { capabilities, serverInfo } = asked.initializeResult;
    const document = vscode.window.activeTextEditor?.document;
    const isManifest = document && vscode.languages.match(SELECTOR, document);
    const isKnown = capabilities.executeCommandProvider?.commands.includes(RELEASE);
    // The server may go before it answers.
    const release = isManifest && isKnown && (await send(RELEASE, document.uri).catch(() => {}));
    if (asked === client && asked.isRunning()) status.running(serverInfo, release);
  }

  const { showPage, showText } = conversion(ask, context.subscriptions);

  /** The server would show the page in a browser; here it stays in the editor. */
  function executeCommand(command, args, next) {
    return command === "rtlint.showConversion"
      ? showPage(vscode.Uri.parse(args[0]))
      : next(command, args);
  }

  function handleDiagnostics(uri, found, next) {
    next(uri, found);
    showStatus();
  }

  context.subscriptions.push(
    log,
    status,
    { dispose: () => lastChange.then(() => stop(client)) },
    vscode.commands.registerCommand("rtlint.restart", restart),
    vscode.commands.registerCommand("rtlint.showLog", () => log.show()),
    vscode.commands.registerCommand("rtlint.conversionPage", () => ofShown(showPage)),
    vscode.commands.registerCommand("rtlint.conversionText", () => ofShown(showText)),
    vscode.window.onDidChangeActiveTextEditor(showStatus),
    vscode.workspace.onDidGrantWorkspaceTrust(restartElsewhere),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("rtlint")) return restart();
    }),
  );
  await restart();
  if (vscode.workspace.isTrusted) await followInterpreter(restartElsewhere, context.subscriptions);
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
