/** densely by its public calls, on plain typed arrays. */

import { adam, dense, Network, sgd } from "densely";
import { version } from "../../package.json";
import type { Contestant } from "./contestant.js";
import type { Task } from "./tasks.js";

const optimizers = { sgd, adam };

export function denselyFor(task: Task): Contestant {
  const { x, y, inputs, outputs, layers, optimizer, batchSize, batches } = task;
  const network = new Network({
    inputs,
    layers: layers.map(({ units, activation }) => dense(units, activation)),
    optimizer: optimizers[optimizer.kind]({ learningRate: optimizer.learningRate }),
  });
  network.setParams(
    Object.fromEntries(
      layers.flatMap(({ W, b }, i) => [
        [`W${i + 1}`, W],
        [`b${i + 1}`, b],
      ]),
    ),
  );
  return {
    name: "densely",
    version,
    train(steps) {
      const isPart = steps < batches;
      const rows = steps * batchSize;
      network.fitSync(isPart ? x.subarray(0, rows * inputs) : x, isPart ? y.subarray(0, rows * outputs) : y, {
        epochs: isPart ? 1 : steps / batches,
        batchSize,
        shuffle: false,
      });
    },
    predict: () => network.predict(x),
    dispose: () => network.dispose(),
  };
}
