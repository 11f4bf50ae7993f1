"use strict";

const vscode = require("vscode");

const SCHEME = "rtlint-conversion";

/**
 * Ways to show what KubeVirt makes of the VMs of a file: `showPage(uri)` and `showText(uri)`.
 *
 * `ask(uri, form)` gives the conversion as `text` or as an `html` page. What is shown goes with
 * `subscriptions`.
 */
function conversion(ask, subscriptions) {
  const changed = new vscode.EventEmitter();
  subscriptions.push(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => ask(vscode.Uri.parse(uri.query), "text"),
    }),
  );
  let panel;

  async function showPage(uri) {
    const page = await ask(uri, "html");
    panel ??= openPanel(subscriptions, () => (panel = undefined));
    panel.title = `Conversion of ${fileName(uri)}`;
    panel.webview.html = page;
    panel.reveal(undefined, true);
  }

  async function showText(uri) {
    const path = `${uri.path}.conversion.txt`;
    const shown = vscode.Uri.from({ scheme: SCHEME, path, query: uri.toString() });
    // If it is open already, it is of the text as it was then.
    changed.fire(shown);
    const document = await vscode.workspace.openTextDocument(shown);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside, true);
  }

  return { showPage, showText };
}

function openPanel(subscriptions, forget) {
  const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
  const panel = vscode.window.createWebviewPanel(SCHEME, "Conversion", place, {});
  panel.onDidDispose(forget);
  subscriptions.push(panel);
  return panel;
}

function fileName(uri) {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}

module.exports = { conversion };
