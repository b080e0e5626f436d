// @ts-check
// Python in a worker of its own, so that typing never waits for it.

/** @typedef {{id: number, text: string}} Sent */

try {
  const { loadPyodide } = await import("./pyodide/pyodide.mjs");
  const [python, engine] = await Promise.all([
    loadPyodide({ indexURL: new URL("pyodide/", import.meta.url).href }),
    fetch(new URL("engine.zip", import.meta.url)).then((found) => found.arrayBuffer()),
  ]);
  python.unpackArchive(engine, "zip", { extractDir: "/engine" });
  python.runPython("import sys; sys.path.insert(0, '/engine')");
  const answer = python.pyimport("archcalc.live.answering").answer;
  self.addEventListener("message", (/** @type {MessageEvent<Sent>} */ { data: { id, text } }) => {
    try {
      self.postMessage({ id, text: answer(text) });
    } catch (error) {
      self.postMessage({ id, text: JSON.stringify({ failed: String(error) }) });
    }
  });
  self.postMessage({ ready: true });
} catch (error) {
  self.postMessage({ failed: String(error) });
}
