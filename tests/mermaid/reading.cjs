// Answers what Mermaid makes of charts: `node reading.cjs <bundle>`. One JSON string on each line in, one JSON object on
// each line out: why the parser refuses the chart, or what would be drawn. Judges nothing itself.

"use strict";

const { readFileSync } = require("node:fs");
const { createInterface } = require("node:readline");
const { runInThisContext } = require("node:vm");

// Mermaid cleans labels with DOMPurify, which does nothing without a window. A text without `<` it returns as it is and
// asks this window for no more; of a text with one it wants a document, which is not here: such a chart is refused.
globalThis.window = globalThis;
globalThis.addEventListener = () => {};
globalThis.Node = class {};
globalThis.Element = class {};
globalThis.document = { nodeType: 9, createElement: () => ({}), implementation: { createHTMLDocument: null } };
console.log = console.info = console.debug = console.error; // answers are alone on the standard output

runInThisContext(readFileSync(process.argv[2], "utf8"), { filename: "mermaid.min.js" });
const mermaid = globalThis.mermaid;

async function read(source) {
  try {
    await mermaid.parse(source);
  } catch (error) {
    return { refused: String(error?.message ?? error) || "without a word" };
  }
  try {
    return drawn((await mermaid.mermaidAPI.getDiagramFromText(source)).db);
  } catch (error) {
    return { undrawn: String(error?.stack ?? error) };
  }
}

// Without a page to measure text on, Mermaid guesses how wide it is: places differ from a browser's, proportions do not.
function drawn(db) {
  const shapes = db.getDrawableElem();
  const of = (group, part) =>
    shapes.filter(({ groupTexts: [a, b] }) => a === group && b.startsWith(part)).flatMap(({ data }) => data);
  return {
    title: db.getAccTitle(),
    description: db.getAccDescription(),
    weeks: of("bottom-axis", "label").map(({ text }) => text),
    axis: of("left-axis", "label").map(({ text, y }) => [Number(text), y]),
    bars: of("plot", "bar-plot").map(({ fill, y }) => [fill, y]),
    lines: of("plot", "line-plot").map(({ strokeFill, path }) => [strokeFill, path]),
  };
}

(async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await read(JSON.parse(line)))}\n`);
  }
})();
