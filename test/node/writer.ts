/** Saves two networks in turn to one path until the process is killed. Arguments: the path, and a file of each. */

import { readFileSync } from "node:fs";
import { replaceFile } from "../../src/node/write.js";

const [path, ...sources] = process.argv.slice(2);
const contents = sources.map((source) => readFileSync(source));
for (let turn = 0; ; turn++) {
  replaceFile(path, contents[turn % contents.length]);
  if (turn === 0) process.stdout.write("ready");
}
