"use strict";

/** The extension as it runs in VS Code: its own client, and a real `rtlint lsp`. */
const assert = require("node:assert/strict");
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { afterEach, beforeEach, test } = require("node:test");

const vscode = require("vscode");
const { activate } = require("../extension");
const { editor } = vscode;

const PYTHON = process.env.RTLINT_PYTHON ?? "python3";
const BROKEN = `\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata:
  name: rt
spec:
  domain:
    cpu:
      cores: 4
      model: host-model
      realtime:
        mask: "0-3"
`;
const WAIT = { timeout: 60_000 };

let folder;
let context;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rtlint-vscode-"));
  context = { subscriptions: [] };
  editor.settings = { "rtlint.path": rtlint() };
});

afterEach(async () => {
  await Promise.all(context.subscriptions.map((each) => each.dispose()));
  for (const seen of [editor.messages, editor.log, editor.panels, editor.shown]) seen.length = 0;
  vscode.workspace.textDocuments.length = 0;
  rmSync(folder, { recursive: true });
});

/** A program in the folder. */
function program(name, script) {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

/** The real one, which says in the file `starts` how it was called. */
function rtlint() {
  return program("rtlint", `echo "$@" >> "${folder}/starts"\nexec "${PYTHON}" -m rtlint "$@"`);
}

const starts = () => readFileSync(join(folder, "starts"), "utf8").split("\n").slice(0, -1);

async function until(what) {
  for (;;) {
    const found = what();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The finding of a rule in a document, once its message is like this. */
const finding = (document, rule, message = /./) =>
  until(() =>
    editor.diagnostics
      .get(document.uri.toString())
      ?.find((each) => each.code.value === rule && message.test(each.message)),
  );
const run = (command, ...args) => editor.commands.get(command)(...args);

test("the findings of an open manifest arrive", WAIT, async () => {
  const document = await editor.open(join(folder, "vm.yaml"), BROKEN);
  await activate(context);
  const found = await finding(document, "RT101");
  assert.deepEqual({ ...found.range.start }, { line: 8, character: 13 });
  assert.deepEqual({ ...found.range.end }, { line: 8, character: 23 });
  assert.equal(found.source, "rtlint");
  assert.match(found.code.target.toString(), /RT101/);
});

test("JSON is looked at, other languages are not", WAIT, async () => {
  await activate(context);
  const domain = { cpu: { cores: 4, model: "host-model", realtime: {} } };
  const type = { apiVersion: "kubevirt.io/v1", kind: "VirtualMachineInstance" };
  const manifest = { ...type, spec: { domain } };
  const other = await editor.open(join(folder, "vm.txt"), BROKEN, "plaintext");
  const json = await editor.open(join(folder, "vm.json"), JSON.stringify(manifest), "json");
  await finding(json, "RT101");
  assert.equal(editor.diagnostics.get(other.uri.toString()), undefined);
});

test("the settings are the command line, and count as they change", WAIT, async () => {
  const document = await editor.open(join(folder, "vm.yaml"), BROKEN.replace("0-3", "1-9"));
  await activate(context);
  await finding(document, "RT203", /KubeVirt ignores it/);
  const settings = { ...editor.settings, "rtlint.arguments": ["--kubevirt-version", "v0.58.0"] };
  await editor.set(settings);
  await finding(document, "RT203", /libvirt refuses the domain/);
  assert.deepEqual(starts(), ["lsp", "lsp --kubevirt-version v0.58.0"]);
});

test("the conversion as a page stays in the editor", WAIT, async () => {
  const document = await editor.open(join(folder, "vm.yaml"), BROKEN);
  await activate(context);
  await run("rtlint.conversionPage");
  const [panel] = editor.panels;
  assert.match(panel.webview.html, /^<!DOCTYPE html>/);
  assert.match(panel.webview.html, /VirtualMachineInstance in/);
  assert.equal(panel.title, "Conversion of vm.yaml");
  assert.ok(!panel.options.enableScripts);
  // The server's own command, which a code action runs, shows it in the same place.
  panel.webview.html = "";
  await run("rtlint.showConversion", document.uri.toString());
  assert.match(panel.webview.html, /VirtualMachineInstance in/);
  panel.dispose();
  await run("rtlint.conversionPage");
  assert.equal(editor.panels.length, 2);
});

test("the conversion as text", WAIT, async () => {
  await editor.open(join(folder, "vm.yaml"), BROKEN);
  await activate(context);
  await run("rtlint.conversionText");
  const [shown] = editor.shown;
  assert.match(shown.getText(), /VirtualMachineInstance rt/);
  assert.match(shown.getText(), /SCHED_FIFO/);
});

test("a restart starts the server anew", WAIT, async () => {
  const document = await editor.open(join(folder, "vm.yaml"), BROKEN);
  await activate(context);
  await finding(document, "RT101");
  await run("rtlint.restart");
  await finding(document, "RT101");
  assert.deepEqual(starts(), ["lsp", "lsp"]);
  assert.deepEqual(editor.messages, []);
});

for (const [what, script, reason] of [
  ["is not there", undefined, /no-such-rtlint/],
  ["lacks its extra", 'echo "error: it is an extra" >&2; exit 2', /it is an extra/],
]) {
  test(`where rtlint ${what}, one message says what to do`, WAIT, async () => {
    const path = script ? program("failing", script) : join(folder, "no-such-rtlint");
    editor.settings = { "rtlint.path": path };
    await editor.open(join(folder, "vm.yaml"), BROKEN);
    await activate(context);
    await until(() => editor.messages.length);
    // With it installed, or named, the same window goes on.
    await editor.set({ "rtlint.path": rtlint() });
    await run("rtlint.conversionPage");
    assert.match(editor.panels[0].webview.html, /VirtualMachineInstance in/);
    const [{ text, choices }, ...more] = editor.messages;
    assert.match(text, reason);
    assert.match(text, /pip install 'rtlint\[lsp\]'/);
    assert.deepEqual(choices, ["Show the log", "Open the settings"]);
    assert.deepEqual(more, []);
  });
}
