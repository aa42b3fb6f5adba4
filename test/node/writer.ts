/**
 * Replaces a file, and is killed before one of the calls that this takes, or in the middle of it where that writes. Arguments: the
 * path, a file with the new bytes, and the number of the call.
 */

import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { replaceFile } from "../../src/node/write.js";

const [path, source, number] = process.argv.slice(2);
const bytes = fs.readFileSync(source);
let left = Number(number);

type Call = (...given: unknown[]) => unknown;
const calls = fs as unknown as Record<string, Call>;
for (const name of ["openSync", "fchmodSync", "writeSync", "fsyncSync", "closeSync", "renameSync"]) {
  const call = calls[name];
  calls[name] = (...given) => {
    if (left-- === 0) {
      if (name === "writeSync") call(given[0], bytes.subarray(0, bytes.length / 2));
      process.kill(process.pid, "SIGKILL");
    }
    return call(...given);
  };
}
syncBuiltinESMExports();
replaceFile(path, bytes);
