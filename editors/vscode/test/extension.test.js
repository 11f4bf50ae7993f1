"use strict";

/** The extension as it is packed: its own client, and a real `rtlint lsp`. */
const assert = require("node:assert/strict");
const { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { dirname, join } = require("node:path");
const { afterEach, beforeEach, test } = require("node:test");

const vscode = require("vscode");
const { activate } = require("..");
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
// Milliseconds. A machine may be busy.
const PATIENCE = 30_000;
const WAIT = { timeout: 4 * PATIENCE };

let folder;
let context;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rtlint-vscode-"));
  context = { subscriptions: [] };
  editor.settings = { "rtlint.path": rtlint() };
  editor.work(undefined, { isTrusted: true });
});

afterEach(async () => {
  await Promise.all(context.subscriptions.map((each) => each.dispose()));
  for (const seen of [editor.messages, editor.log, editor.panels, editor.shown]) seen.length = 0;
  vscode.workspace.textDocuments.length = 0;
  editor.extensions.clear();
  rmSync(folder, { recursive: true });
});

/** A program in the folder. */
function program(name, script) {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

/** The real one; the file `starts` says how it was called. */
const rtlint = () => noted("rtlint", `exec "${PYTHON}" -m rtlint "$@"`);

/** A program that only notes that it was started. */
const noted = (name, then = "exit 2") =>
  program(name, `echo "${name} $@" >> "${folder}/starts"\n${then}`);

/** Programs that only note their start fail, and that is told later: before the next test. */
const allFailuresTold = () => until(() => editor.messages.length === starts().length);

const starts = () => readFileSync(join(folder, "starts"), "utf8").split("\n").slice(0, -1);

async function until(what) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    const found = what();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`never came true: ${what}`);
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
  await finding(document, "RT203", /silently ignores/);
  const before = editor.settings;
  await editor.set({ ...before, "rtlint.kubevirtVersion": "v0.58.0" });
  await finding(document, "RT203", /libvirt refuses the domain/);
  writeFileSync(join(folder, "cluster.yaml"), "apiVersion: kubevirt.io/v1\nkind: KubeVirt\n");
  await editor.set({
    ...before,
    "rtlint.cluster": join(folder, "cluster.yaml"),
    "rtlint.select": ["RT1", "RT203"],
    "rtlint.ignore": ["RT101"],
    "rtlint.arguments": ["--kubevirt-version", "v0.59"],
  });
  await until(() => editor.status.text === "KubeVirt v0.59.2");
  await finding(document, "RT203");
  assert.ok(!editor.diagnostics.get(document.uri.toString()).some((each) => /RT101|RT4/.test(each.code.value)));
  const options = `--cluster ${folder}/cluster.yaml --select RT1,RT203 --ignore RT101`;
  assert.deepEqual(starts(), [
    "rtlint lsp",
    "rtlint lsp --kubevirt-version v0.58.0",
    `rtlint lsp ${options} --kubevirt-version v0.59`,
  ]);
});

test("the conversion as a page stays in the editor", WAIT, async () => {
  const document = await editor.open(join(folder, "vm.yaml"), BROKEN);
  await activate(context);
  await run("rtlint.conversionPage");
  const [panel] = editor.panels;
  assert.match(panel.webview.html, /^<!DOCTYPE html>/);
  assert.match(panel.webview.html, /<title>rt/);
  assert.equal(panel.title, "Conversion of vm.yaml");
  assert.ok(!panel.options.enableScripts);
  // The server's own command, which a code action runs, shows it in the same place.
  panel.webview.html = "";
  await run("rtlint.showConversion", document.uri.toString());
  assert.match(panel.webview.html, /<title>rt/);
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
  assert.deepEqual(starts(), ["rtlint lsp", "rtlint lsp"]);
  assert.deepEqual(editor.messages, []);
});

test("the status says for which release the shown file is linted", WAIT, async () => {
  writeFileSync(join(folder, "rtlint.yaml"), "kubevirt-version: v1.3\n");
  await editor.open(join(folder, "vm.yaml"), BROKEN);
  await activate(context);
  await until(() => editor.status.text === "KubeVirt v1.3.1");
  assert.match(editor.status.detail, /^rtlint \d/);
  assert.equal(editor.status.severity, vscode.LanguageStatusSeverity.Information);
});

test("a wrong setting is told as such", WAIT, async () => {
  editor.settings["rtlint.kubevirtVersion"] = "v7";
  await activate(context);
  await until(() => editor.messages.length);
  assert.match(editor.messages[0].text, /'v7'|`v7`/);
  assert.doesNotMatch(editor.messages[0].text, /pip install/);
  assert.equal(editor.status.text, "rtlint: not running");
  assert.equal(editor.status.severity, vscode.LanguageStatusSeverity.Error);
  assert.match(editor.status.detail, /v7/);
});

test("the workspace's virtual environment comes before PATH, once it is trusted", WAIT, async () => {
  noted("venv/bin/rtlint");
  noted(".venv/bin/rtlint");
  noted("path/rtlint");
  const path = process.env.PATH;
  process.env.PATH = `${folder}/path:${path}`;
  try {
    editor.settings = {};
    editor.work(folder, { isTrusted: false });
    await activate(context);
    await editor.trust();
  } finally {
    process.env.PATH = path;
  }
  assert.deepEqual(starts(), ["path/rtlint lsp", ".venv/bin/rtlint lsp"]);
  await allFailuresTold();
});

test("the interpreter chosen in the Python extension comes first, also when it changes", WAIT, async () => {
  noted(".venv/bin/rtlint");
  noted("one/bin/rtlint");
  noted("two/bin/rtlint");
  const changed = new vscode.EventEmitter();
  let chosen = "one";
  const environments = {
    onDidChangeActiveEnvironmentPath: changed.event,
    getActiveEnvironmentPath: () => ({ path: chosen }),
    resolveEnvironment: async ({ path }) => ({
      executable: { uri: vscode.Uri.file(join(folder, path, "bin/python")) },
    }),
  };
  editor.extensions.set("ms-python.python", { activate: async () => ({ environments }) });
  editor.settings = {};
  editor.work(folder, { isTrusted: true });
  await activate(context);
  await changed.fire();
  chosen = "two";
  await changed.fire();
  // One without rtlint: the next that has it.
  chosen = "three";
  await changed.fire();
  assert.deepEqual(starts(), ["one", "two", ".venv"].map((each) => `${each}/bin/rtlint lsp`));
  await allFailuresTold();
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
    assert.match(editor.panels[0].webview.html, /<title>rt/);
    const [{ text, choices }, ...more] = editor.messages;
    assert.match(text, reason);
    assert.match(text, /pip install 'rtlint\[lsp\]'/);
    assert.deepEqual(choices, ["Show the log", "Open the settings"]);
    assert.deepEqual(more, []);
  });
}
