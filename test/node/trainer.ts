/**
 * Trains from the checkpoint at a path, or from the start if there is none. Writes a checkpoint after every third update,
 * and the final parameters to a second path. Arguments: the two paths, and the number of updates after which it is killed.
 */

import { existsSync, writeFileSync } from "node:fs";
import { batchNorm, dense, dropout, Network } from "../../src/index.js";
import { checkpointTo, resumeFile } from "../../src/node.js";

const [path, result, last] = process.argv.slice(2);
const layers = [batchNorm(), dense(12, "relu"), dropout(0.2), dense(3, "softmax")];
const x = Float32Array.from({ length: 90 * 5 }, (_, i) => Math.sin(i * i));
const y = Int32Array.from({ length: 90 }, (_, r) => r % 3);

let left = Number(last);
const network = existsSync(path) ? resumeFile(path) : new Network({ inputs: 5, layers, seed: 2 });
network.fitSync(x, y, {
  epochs: 12,
  batchSize: 8,
  checkpointEvery: 3,
  onCheckpoint: checkpointTo(path),
  onBatch: () => {
    if (--left === 0) process.kill(process.pid, "SIGKILL");
  },
});
writeFileSync(result, network.save());
