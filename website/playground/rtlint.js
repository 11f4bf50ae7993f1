// rtlint in its worker.
export function rtlint() {
  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  const waiting = new Map();
  let asked = 0;
  worker.onmessage = ({ data: [id, answer] }) => {
    waiting.get(id)(answer);
    waiting.delete(id);
  };
  worker.onerror = ({ message }) => {
    for (const answer of waiting.values()) answer({ errors: [message || "The worker failed."] });
    waiting.clear();
  };
  // The answer to a question; `errors` in it are what went wrong.
  return (...question) =>
    new Promise((answer) => {
      asked += 1;
      waiting.set(asked, answer);
      worker.postMessage([asked, ...question]);
    });
}
