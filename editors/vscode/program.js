"use strict";

const { existsSync } = require("node:fs");
const { dirname, join } = require("node:path");
const vscode = require("vscode");

const [FOLDER, NAME] = process.platform === "win32" ? ["Scripts", "rtlint.exe"] : ["bin", "rtlint"];
const ENVIRONMENTS = [".venv", "venv"];
// Options of `rtlint lsp`, by the settings that give them.
const OPTIONS = {
  kubevirtVersion: "--kubevirt-version",
  cluster: "--cluster",
  select: "--select",
  ignore: "--ignore",
};

/**
 * The rtlint to start: the one that the settings name, else the one beside the interpreter that is
 * chosen in the Python extension, else that of the workspace's `.venv` or `venv`, else PATH's.
 *
 * In a workspace that is not trusted anything may lie under these names: nothing of it is started.
 */
async function findProgram() {
  const named = vscode.workspace.getConfiguration("rtlint").get("path");
  if (named) return named;
  if (!vscode.workspace.isTrusted) return NAME;
  const folders = vscode.workspace.workspaceFolders ?? [];
  const beside = await Promise.all(folders.map(({ uri }) => chosenInterpreter(uri)));
  const candidates = [
    ...beside.filter(Boolean).map((python) => join(dirname(python), NAME)),
    ...folders.flatMap(({ uri }) => ENVIRONMENTS.map((each) => join(uri.fsPath, each, FOLDER, NAME))),
  ];
  return candidates.find((path) => existsSync(path)) ?? NAME;
}

/** The command line after the program, as the settings say. */
function serverArguments() {
  const settings = vscode.workspace.getConfiguration("rtlint");
  const options = Object.entries(OPTIONS).flatMap(([setting, option]) => {
    const value = [settings.get(setting)].flat().join(",");
    return value ? [option, value] : [];
  });
  return ["lsp", ...options, ...settings.get("arguments")];
}

/** Call `changed` when another interpreter is chosen in the Python extension. */
async function followInterpreter(changed, subscriptions) {
  const environments = await pythonEnvironments();
  if (environments) subscriptions.push(environments.onDidChangeActiveEnvironmentPath(changed));
}

async function chosenInterpreter(folder) {
  const environments = await pythonEnvironments();
  const chosen = environments?.getActiveEnvironmentPath(folder);
  const environment = chosen && (await environments.resolveEnvironment(chosen));
  return environment?.executable.uri?.fsPath;
}

/** What the Python extension knows of environments; undefined where it is not there, or fails. */
async function pythonEnvironments() {
  const python = vscode.extensions.getExtension("ms-python.python");
  const api = await Promise.resolve(python?.activate()).catch(() => undefined);
  return api?.environments;
}

module.exports = { findProgram, followInterpreter, serverArguments };
