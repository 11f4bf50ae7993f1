// The playground: an editor, its findings, and the preview.
import { yaml } from "@codemirror/lang-yaml";
import { syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { classHighlighter } from "@lezer/highlight";
import { basicSetup, EditorView } from "codemirror";

import mixed from "../../examples/mixed.yaml";
import realtime from "../../examples/realtime.yaml";
import { rtlint } from "./rtlint.js";

const EXAMPLES = { "A VM with mistakes": mixed, "A realtime VM": realtime };
const PAGE = `
  <div class="bar">
    <label>Example <select name="example"></select></label>
    <label>KubeVirt <select name="release"></select></label>
    <button name="fix" disabled>Make all safe fixes</button>
  </div>
  <div class="panes">
    <div class="editor"></div>
    <div class="results">
      <div class="bar">
        <div role="group" aria-label="Show">
          <button name="findings" aria-pressed="true">Findings</button>
          <button name="preview" aria-pressed="false">Preview</button>
        </div>
        <span class="status" role="status">Loading Python and rtlint, once…</span>
      </div>
      <ul class="findings"></ul>
      <iframe class="preview" title="Preview" sandbox hidden></iframe>
    </div>
  </div>`;

const root = document.getElementById("rtlint");
root.innerHTML = PAGE;
const part = (selector) => root.querySelector(selector);
const [examples, releases, fixAll] = ["example", "release", "fix"].map((n) => part(`[name=${n}]`));
const [list, frame, status] = [".findings", ".preview", ".status"].map(part);
const ask = rtlint();

const editor = new EditorView({
  doc: mixed,
  parent: part(".editor"),
  extensions: [
    basicSetup,
    yaml(),
    lintGutter(),
    syntaxHighlighting(classHighlighter),
    EditorView.contentAttributes.of({ "aria-label": "Manifest" }),
    EditorView.updateListener.of(({ docChanged }) => docChanged && check()),
  ],
});
const text = () => editor.state.doc.toString();
const replace = (whole) =>
  editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: whole } });
// A message with its code as code.
const marked = (message) =>
  message.split("`").map((piece, i) => (i % 2 ? element("code", {}, piece) : piece));
const element = (name, properties, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

// What changes while a check runs is checked when it ends: only the newest text counts. What is
// found is shown first; fixes, which take longer, are worked out when nobody types.
const PAUSE = 400; // ms
let [isBusy, isStale, changed, wake] = [false, false, 0, () => {}];

async function check() {
  changed = performance.now();
  isStale = true;
  wake();
  fixAll.disabled = true;
  if (isBusy) return;
  isBusy = true;
  while (isStale) {
    isStale = false;
    for (const step of [find, pause, findFixes, preview]) if (!isStale) await step();
  }
  isBusy = false;
}

async function find() {
  const since = changed;
  const answer = await ask("lint", text(), releases.value);
  if (isStale) return;
  const { findings = [], errors } = answer;
  show({ findings: withFormerFixes(findings) });
  const count = findings.length === 1 ? "1 finding" : `${findings.length || "No"} findings`;
  // The first check loads the rules.
  const time = root.dataset.checked ? ` in ${Math.round(performance.now() - since)} ms` : "";
  status.textContent = errors ? errors.join(" ") : count + time;
  root.dataset.checked = Number(root.dataset.checked ?? 0) + 1;
}

const pause = () =>
  new Promise((done) => {
    wake = done;
    setTimeout(done, PAUSE);
  });

async function findFixes() {
  const answer = await ask("fixable", text(), releases.value);
  if (!isStale) show(answer);
}

// The text that the findings are of, and what they are.
let [shown, known] = [editor.state.doc, []];

function show({ findings = [] }) {
  shown = editor.state.doc;
  known = findings;
  editor.dispatch(setDiagnostics(editor.state, findings.map(inEditor)));
  list.replaceChildren(...findings.map(inList));
  fixAll.disabled = !findings.some(({ fix }) => fix?.isSafe && fix.edits);
}

// Findings that were there before keep their fixes' buttons until the fixes are worked out.
function withFormerFixes(findings) {
  const former = new Map(known.map(({ rule, message, fix }) => [rule + message, fix]));
  return findings.map((found) => {
    const fix = former.get(found.rule + found.message);
    return fix ? { ...found, fix: { ...fix, edits: undefined } } : found;
  });
}

const inEditor = ({ fix, from, to, severity, rule, message }) => ({
  from,
  to,
  severity,
  message,
  source: rule,
  actions: fix?.edits ? [{ name: label(fix), apply: () => apply(fix) }] : [],
});

function inList(found) {
  const line = element("button", { className: "line", title: "Show it" }, `Line ${found.line}`);
  line.onclick = () => {
    editor.dispatch({ selection: { anchor: found.from, head: found.to }, scrollIntoView: true });
    editor.focus();
  };
  const rule = element("a", { href: `../rules/${found.rule}/` }, found.rule);
  const head = element("div", {}, found.severity, " ", rule, ` ${found.name} `, line);
  const message = element("p", {}, ...marked(found.message));
  const item = element("li", { className: found.severity }, head, message);
  if (found.fix) {
    const button = element("button", { className: "fix" }, ...marked(label(found.fix)));
    button.disabled = !found.fix.edits;
    button.onclick = () => apply(found.fix);
    item.append(button);
  }
  return item;
}

const label = ({ description, isSafe }) =>
  `Fix: ${description}${isSafe ? "" : " (needs your judgement)"}`;

function apply({ edits }) {
  if (editor.state.doc === shown) editor.dispatch({ changes: edits });
}

async function preview() {
  if (frame.hidden) return;
  const { page, errors } = await ask("preview", text(), releases.value);
  frame.srcdoc = page ?? element("p", {}, errors.join(" ")).outerHTML;
}

for (const name of ["findings", "preview"]) {
  part(`button[name=${name}]`).onclick = () => {
    for (const each of ["findings", "preview"]) {
      part(`button[name=${each}]`).ariaPressed = String(each === name);
      part(`.${each}`).hidden = each !== name;
    }
    if (name === "preview") preview();
  };
}

fixAll.onclick = async () => {
  const before = text();
  const fixed = await ask("fix", before, releases.value);
  if (fixed.text !== undefined && before === text()) replace(fixed.text);
};

async function open(name) {
  if (name in EXAMPLES) return replace(EXAMPLES[name]);
  const { text: wrong, release, errors } = await ask("example", name);
  if (errors) return void (status.textContent = errors.join(" "));
  releases.value = release ?? releases.options[0].value;
  examples.value = name;
  return replace(wrong);
}

examples.onchange = () => open(examples.value);
releases.onchange = check;

const about = await ask("about");
if (about.errors) {
  status.textContent = `The playground could not be loaded: ${about.errors.join(" ")}`;
} else {
  const rules = about.rules.map(({ id, name }) => new Option(`${id} ${name}`, id));
  examples.append(
    ...Object.keys(EXAMPLES).map((name) => new Option(name)),
    element("optgroup", { label: "What a rule finds" }, ...rules),
  );
  releases.append(...about.releases.map((release) => new Option(release)));
  const rule = new URLSearchParams(location.search).get("rule");
  await (rule ? open(rule) : check());
}
