/** The built densely/core, which leaves out more than its sources do, has the bits of densely. */

import assert from "node:assert";
import * as full from "densely";
import * as lean from "densely/core";

const x = Float32Array.from({ length: 240 }, (_, i) => Math.sin(i * i));
const y = Int32Array.from({ length: 60 }, (_, i) => (i * 7) % 3);
const outcomes = [lean, full].map(({ Network, dense, dropout, sgd }) => {
  const layers = [dense(8, "gelu", { l2: 1e-3, maxNorm: 2 }), dropout(0.2), dense(3, "softmax")];
  const optimizer = sgd({ momentum: 0.9, clipNorm: 1, clipValue: 0.5 });
  const network = new Network({ inputs: 4, layers, optimizer, seed: 1 });
  const history = network.fitSync(x, y, {
    epochs: 3,
    batchSize: 7,
    validationSplit: 0.2,
    metrics: ["accuracy"],
  });
  const again = Network.fromJSON(JSON.stringify(network));
  return JSON.stringify([
    history,
    network,
    [...again.predict(x)],
    again.evaluate(x, y, { metrics: ["accuracy"] }),
  ]);
});
assert.strictEqual(outcomes[0], outcomes[1]);
assert.throws(() => new lean.Network({ inputs: 2, layers: [{ type: "batchNorm" }] }), { name: "SpecError" });
