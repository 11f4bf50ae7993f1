// Python with rtlint, away from the page's own thread. A message `[id, question, ...texts]` is
// answered with `[id, answer]`.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const here = (name) => new URL(name, import.meta.url).href;
const load = async (name) => {
  const response = await fetch(here(name));
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response;
};

async function start() {
  const [python, wheels, bridge] = await Promise.all([
    loadPyodide({ indexURL: here("pyodide/") }),
    load("wheels.txt")
      .then((list) => list.text())
      .then((text) => Promise.all(text.trim().split("\n").map(load)))
      .then((found) => Promise.all(found.map((wheel) => wheel.arrayBuffer()))),
    load("bridge.py").then((script) => script.text()),
  ]);
  for (const wheel of wheels) python.unpackArchive(wheel, "wheel");
  python.runPython(bridge);
  return python.globals.get("answer");
}

const ready = start();
// A start that fails is told to each who asks.
ready.catch(() => {});

onmessage = async ({ data: [id, ...question] }) => {
  try {
    const answer = await ready;
    postMessage([id, JSON.parse(answer(...question))]);
  } catch (error) {
    postMessage([id, { errors: [String(error.message).trim().split("\n").at(-1)] }]);
  }
};
