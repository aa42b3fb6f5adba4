import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { findPython } from "./lib/child.mjs";
import { hintIfNotInstalled, isInstalled, rerunUnderNode24 } from "./lib/node.mjs";
import { race } from "./lib/race.mjs";
import { keep, machine, table } from "./lib/report.mjs";
import { contestants } from "./peers/index.mjs";
import { select } from "./workloads/index.mjs";

// npm run bench [workload...] [--only name,name] [--rounds count] [--json]

rerunUnderNode24();
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    only: { type: "string" },
    rounds: { type: "string", default: "7" },
  },
});
const workloads = select(positionals);
hintIfNotInstalled();

const built = existsSync(new URL("../dist/index.js", import.meta.url));
if (!built) console.error("densely is not built; to have it: npm run build\n");

const only = options.only?.split(",");
const present = contestants.filter((contestant) => {
  return (only?.includes(contestant.name) ?? true) && isPresent(contestant);
});
const progress = (text) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`);

const all = [];
for (const workload of workloads) {
  try {
    const results = await race(workload, present, { rounds: Number(options.rounds), progress });
    progress("");
    all.push(results);
    if (!only) keep(results);
    if (!options.json) console.log(table(results));
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    console.error(`${workload.name} left out: its data are installed with the peers`);
  }
}
if (options.json) console.log(JSON.stringify({ ...machine(), results: all }, null, 2));

/** @param {import("./peers/index.mjs").Contestant} contestant */
function isPresent({ package: peer, imports }) {
  if (imports) return findPython(imports) !== undefined;
  return peer ? isInstalled(peer) : built;
}
