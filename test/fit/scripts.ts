/** Scripts of workers that end when a test wants it. */

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import source from "../../build/worker.js";

/** Writes a script of its own, as a site serves it: it has a pool of its own. @returns its path. */
export function script(text = source): string {
  const path = join(mkdtempSync(join(tmpdir(), "densely-")), "worker.cjs");
  writeFileSync(path, text);
  return path;
}

/**
 * The script of the library, whose worker ends instead of following the first message after `end`, once in all.
 * @param head what it begins with.
 */
export function mortal(head = ""): { worker: string; end: () => void } {
  const worker = script(`${head}${source};
    const { parentPort } = require("node:worker_threads"), fs = require("node:fs");
    const follow = parentPort.onmessage;
    parentPort.onmessage = (event) => {
      if (!fs.existsSync(__filename + ".end")) return follow(event);
      fs.unlinkSync(__filename + ".end");
      process.exit();
    };`);
  return { worker, end: () => writeFileSync(`${worker}.end`, "") };
}
