/**
 * npm run conformance: writes all names of the vocabulary to test/conformance/vocabulary.js, trains the fixed networks from
 * the sources, adds a line to the end of test/conformance/expected.js for each network that has none, and renews the hash of
 * all of them in README.md and docs/.
 * A line that is there changes or goes only if its network is named:
 * `npm run conformance -- --change "activation gelu" --change "layer batchNorm"`.
 */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { buildCore } from "./core.js";
import { pages, renew } from "./hashes.js";
import { vocabulary } from "./vocabulary.js";

const { change } = parseArgs({ options: { change: { type: "string", multiple: true, default: [] } } }).values;
const VOCABULARY = "test/conformance/vocabulary.js";
const EXPECTED = "test/conformance/expected.js";

/** Writes a generated module in the format that `npm run check` asks for. */
function write(file: string, text: string): void {
  writeFileSync(file, text);
  execFileSync("npx", ["biome", "format", "--write", file], { stdio: ["ignore", "ignore", "inherit"] });
}

const lists = Object.entries(vocabulary).map(
  ([kind, names]) => `\nexport const ${kind} = ${JSON.stringify(names)};\n`,
);
write(
  VOCABULARY,
  `/** All names of the vocabulary. \`npm run conformance\` writes this file from the tables in src/. */\n${lists.join("")}`,
);

await buildCore();
// Imported here, because they read the files that were just written.
const densely = await import("../src/index.js");
const { lbfgs } = await import("../src/lbfgs.js");
const article = await import("../src/article.js");
const { HASHES } = await import("../test/conformance/expected.js");
const { hashWeights, totalOf } = await import("../test/conformance/hash.js");

const measured = await hashWeights({ densely: { ...densely, lbfgs }, article, Network: densely.Network });
const { hashes, added, changed } = renew(HASHES, measured, change);
const lines = Object.entries(hashes).map(([name, hash]) => `  ${JSON.stringify(name)}: "${hash}",\n`);
write(
  EXPECTED,
  `/**
 * The SHA-256 of the trained weights of each fixed network, in strict math, the same on every engine.
 * \`npm run conformance\` adds the lines of new networks at the end.
 */
export const HASHES = {\n${lines.join("")}};\n`,
);
const [before, after] = [await totalOf(HASHES), await totalOf(hashes)];
for (const page of pages()) {
  const text = readFileSync(page, "utf8");
  if (text.includes(before)) writeFileSync(page, text.replaceAll(before, after));
}

for (const name of added) console.log(`added: ${name}`);
for (const name of changed) console.log(`changed: ${name}`);
console.log(`${Object.keys(hashes).length} networks, total hash ${after}`);
