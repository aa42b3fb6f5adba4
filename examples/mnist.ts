/** npm start: a network learns to read the handwritten digits of MNIST. */

import { writeFileSync } from "node:fs";
import { adam, cosineDecay, dense, Network } from "densely";
import { progress } from "densely/node";
import { relaxed } from "densely/relaxed";
import { SIDE, testDigits, trainingDigits } from "./digits.js";
import { gallery } from "./gallery.js";
import { readCommandLine, whole } from "./options.js";

const USAGE = `npm start -- [options]
  --epochs  passes over the 55,000 training digits   default 5
  --batch   digits per update                        default 64
  --hidden  units of the hidden layer                default 128
  --seed    seed of initial weights and order        default 0
  --relaxed fused multiply-add where the engine has it`;

const { values } = readCommandLine(USAGE, {
  options: {
    epochs: { type: "string", default: "5" },
    batch: { type: "string", default: "64" },
    hidden: { type: "string", default: "128" },
    seed: { type: "string", default: "0" },
    relaxed: { type: "boolean", default: false },
  },
});
const epochs = whole("--epochs", values.epochs, 1, 1000);
const batch = whole("--batch", values.batch, 1, 10_000);
const hidden = whole("--hidden", values.hidden, 1, 10_000);
const seed = whole("--seed", values.seed, 0, Number.MAX_SAFE_INTEGER);

/** Number of training digits for validation: the last of the 60,000. */
const VALIDATION = 5_000;
const { pixels, labels } = trainingDigits();
const steps = epochs * Math.ceil((labels.length - VALIDATION) / batch);

const network = new Network({
  inputs: SIDE * SIDE,
  layers: [dense(hidden, "relu"), dense(10, "softmax")],
  optimizer: adam({ learningRate: cosineDecay({ learningRate: 0.004, steps }) }),
  seed,
  math: values.relaxed ? relaxed : undefined,
});
console.log(`${network.summary()}, ${network.math} math\n`);

await network.fit(pixels, labels, {
  epochs,
  batchSize: batch,
  validationSplit: VALIDATION / labels.length,
  metrics: ["accuracy"],
  ...progress({ batches: true }),
});

const test = testDigits();
const { accuracy = 0 } = network.evaluate(test.pixels, test.labels, { metrics: ["accuracy"] });
console.log(
  `\nTest accuracy ${(100 * accuracy).toFixed(2)} % of 10,000 digits by other writers. The first ten:\n`,
);
console.log(gallery(network, test, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));

writeFileSync(new URL("mnist.model.json", import.meta.url), JSON.stringify(network));
console.log("\nThe network is in examples/mnist.model.json; npm run classify reads it.");
