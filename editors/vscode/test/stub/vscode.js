"use strict";

/**
 * As much of VS Code's API as the extension and its client use, and `editor`: what a person does
 * and sees there. Everything else is a class that holds what it is given, or does nothing.
 */
const { URI } = require("vscode-uri");

class Disposable {
  constructor(dispose) {
    this.dispose = dispose;
  }
  static from(...all) {
    return new Disposable(() => all.forEach((each) => each.dispose()));
  }
}

class EventEmitter {
  listeners = new Set();
  event = (listener, self) => {
    const bound = listener.bind(self);
    this.listeners.add(bound);
    return new Disposable(() => this.listeners.delete(bound));
  };
  fire(value) {
    return Promise.all([...this.listeners].map((listener) => listener(value)));
  }
  dispose() {
    this.listeners.clear();
  }
}

class Position {
  constructor(line, character) {
    Object.assign(this, { line, character });
  }
}

class Range {
  constructor(...ends) {
    const [start, end] =
      ends.length === 2
        ? ends
        : [new Position(ends[0], ends[1]), new Position(ends[2], ends[3])];
    Object.assign(this, { start, end });
  }
}

class Diagnostic {
  constructor(range, message, severity) {
    Object.assign(this, { range, message, severity });
  }
}

class CodeActionKind {
  static Empty = new CodeActionKind("");
  constructor(value) {
    this.value = value;
  }
  append(part) {
    return new CodeActionKind([this.value, part].filter(Boolean).join("."));
  }
}

class CancellationTokenSource {
  token = { isCancellationRequested: false, onCancellationRequested: () => new Disposable() };
  dispose() {}
}

const events = {};
const on = (name) => (events[name] ??= new EventEmitter()).event;

const editor = {
  /** The settings as the user has them; package.json says what they are otherwise. */
  settings: {},
  messages: [],
  log: [],
  panels: [],
  shown: [],
  commands: new Map(),
  diagnostics: new Map(),
  providers: new Map(),
  /** What the status beside the text says. */
  status: undefined,
  extensions: new Map(),

  /** Open a file, and show it. */
  async open(path, text, languageId = "yaml") {
    const document = {
      uri: URI.file(path), languageId, version: 1, isClosed: false, fileName: path,
      getText: () => text,
    };
    stub.workspace.textDocuments.push(document);
    stub.window.activeTextEditor = { document };
    await events.onDidOpenTextDocument?.fire(document);
    return document;
  },
  async set(settings) {
    this.settings = settings;
    const event = { affectsConfiguration: (section) => section === "rtlint" };
    await events.onDidChangeConfiguration.fire(event);
  },
  /** Open a folder; a workspace of which nothing is known is not trusted. */
  work(folder, { isTrusted }) {
    stub.workspace.workspaceFolders = folder && [{ uri: URI.file(folder), name: "folder", index: 0 }];
    stub.workspace.isTrusted = isTrusted;
  },
  async trust() {
    stub.workspace.isTrusted = true;
    await events.onDidGrantWorkspaceTrust.fire();
  },
};

function setting(name) {
  const { properties } = require("../../package.json").contributes.configuration;
  return editor.settings[name] ?? properties[name]?.default;
}

function message(text, ...choices) {
  editor.messages.push({ text, choices });
  return Promise.resolve(undefined);
}

const outputChannel = {
  logLevel: 3, onDidChangeLogLevel: on("onDidChangeLogLevel"), dispose() {}, show() {},
  ...Object.fromEntries(
    ["append", "appendLine", "trace", "debug", "info", "warn", "error"].map((name) => [
      name, (line) => editor.log.push(line),
    ]),
  ),
};

const parts = {
  version: "1.91.0",
  Uri: URI, Disposable, EventEmitter, Position, Range, Diagnostic, CodeActionKind,
  CancellationTokenSource,
  ViewColumn: { Beside: -2 },
  LanguageStatusSeverity: { Information: 0, Warning: 1, Error: 2 },
  extensions: filled({ all: [], getExtension: (name) => editor.extensions.get(name) }),
  env: { language: "en", appName: "stub" },
  commands: {
    registerCommand(name, run) {
      if (editor.commands.has(name)) throw new Error(`command '${name}' already exists`);
      editor.commands.set(name, run);
      return new Disposable(() => editor.commands.delete(name));
    },
  },
  window: {
    activeTextEditor: undefined,
    visibleTextEditors: [],
    tabGroups: { all: [], onDidChangeTabs: on("onDidChangeTabs") },
    showErrorMessage: message, showWarningMessage: message, showInformationMessage: message,
    createOutputChannel: () => outputChannel,
    createWebviewPanel(type, title, place, options) {
      const closed = new EventEmitter();
      const panel = {
        title, options, webview: { html: "" }, reveal() {},
        onDidDispose: closed.event, dispose: () => closed.fire(),
      };
      editor.panels.push(panel);
      return panel;
    },
    showTextDocument: async (document) => editor.shown.push(document),
  },
  workspace: {
    textDocuments: [],
    notebookDocuments: [],
    workspaceFolders: undefined,
    isTrusted: true,
    getConfiguration: (section) => ({
      get: (name, otherwise) => setting(`${section}.${name}`) ?? otherwise,
    }),
    registerTextDocumentContentProvider(scheme, provider) {
      editor.providers.set(scheme, provider);
      return new Disposable(() => editor.providers.delete(scheme));
    },
    async openTextDocument(uri) {
      const text = await editor.providers.get(uri.scheme).provideTextDocumentContent(uri);
      return { uri, getText: () => text };
    },
  },
  languages: {
    match: (selector, document) =>
      Number(
        [selector].flat().some(
          (each) => each.scheme === document.uri.scheme && each.language === document.languageId,
        ),
      ),
    createLanguageStatusItem: () => (editor.status = { dispose() {} }),
    createDiagnosticCollection: () => ({
      set: (uri, found) => editor.diagnostics.set(uri.toString(), found),
      delete: (uri) => editor.diagnostics.delete(uri.toString()),
      clear: () => editor.diagnostics.clear(),
      dispose: () => editor.diagnostics.clear(),
    }),
  },
};

/** The parts that are there, then events by their names, registrations, and classes. */
function filled(part) {
  return new Proxy(part, {
    get(target, name) {
      if (name in target || typeof name === "symbol") return target[name];
      if (name.startsWith("on")) return on(name);
      if (/^(register|create)/.test(name)) return () => new Disposable(() => {});
      if (/^[A-Z]/.test(name)) return (target[name] = class {});
      return undefined;
    },
  });
}

const stub = filled({
  // So that importers take it as it is, and copy no names out of it.
  __esModule: true,
  ...parts,
  window: filled(parts.window),
  workspace: filled(parts.workspace),
  languages: filled(parts.languages),
  editor,
});

module.exports = stub;
