// What a labeler in JavaScript does: a regular expression per condition, and each is asked in turn.
// Reads {patterns: [[source, flags]], texts: [text]}, writes {seconds, matches}.
"use strict";

const { patterns, texts } = JSON.parse(require("fs").readFileSync(0, "utf8"));

let matches = 0;
const started = process.cpuUsage();
for (const text of texts) {
  for (const [source, flags] of patterns) {
    if (new RegExp(source, flags).test(text)) matches += 1;
  }
}
const { user, system } = process.cpuUsage(started);
const seconds = (user + system) / 1e6;
process.stdout.write(JSON.stringify({ seconds, matches }));
