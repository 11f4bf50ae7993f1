"use strict";

const vscode = require("vscode");

const RESTART = { command: "rtlint.restart", title: "Restart" };
const SHOW_LOG = { command: "rtlint.showLog", title: "Show the log" };

/** The language status beside a manifest: whether the server runs, for which release, or why not. */
function makeStatus(selector) {
  const item = vscode.languages.createLanguageStatusItem("rtlint", selector);
  const { Error, Information } = vscode.LanguageStatusSeverity;
  item.name = "rtlint";

  const show = (text, detail, command, severity = Information) =>
    Object.assign(item, { text, detail, command, severity, busy: false });

  return {
    dispose: () => item.dispose(),
    starting() {
      show("rtlint: starting", "", SHOW_LOG);
      item.busy = true;
    },
    /** `release` is what the server said of the shown file, if it did. */
    running(server, release) {
      const { name, version } = server ?? {};
      show(release ? `KubeVirt ${release}` : "rtlint", `${name} ${version}`, RESTART);
    },
    failed: (reason) => show("rtlint: not running", reason, SHOW_LOG, Error),
  };
}

module.exports = { makeStatus };
