/** npm run bench [workload...] [--only name,name] [--rounds count] [--json]: races densely against its peers. */

import { parseArgs } from "node:util";
import { findPython } from "./lib/child.js";
import { isBuilt } from "./lib/library.js";
import { hintIfNotInstalled, isInstalled, rerunUnderNode24 } from "./lib/node.js";
import { race } from "./lib/race.js";
import { keep, machine, type RaceResults, table } from "./lib/report.js";
import { type Contestant, contestants } from "./peers/index.js";
import { select } from "./workloads/index.js";

/** True if a contestant is installed. */
function isPresent({ package: peer, imports }: Contestant): boolean {
  if (imports) return findPython(imports) !== undefined;
  return peer ? isInstalled(peer) : isBuilt;
}

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
if (!isBuilt) console.error("densely is not built. To build it: npm run build\n");

const only = options.only?.split(",");
const present = contestants.filter(
  (contestant) => (only?.includes(contestant.name) ?? true) && isPresent(contestant),
);
const progress = (text: string) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`);

const all: RaceResults[] = [];
for (const workload of workloads) {
  const results = await race(workload, present, { rounds: Number(options.rounds), progress });
  progress("");
  all.push(results);
  if (!only) keep({ ...results });
  if (!options.json) console.log(table(results));
}
if (options.json) console.log(JSON.stringify({ ...machine(), results: all }, null, 2));
