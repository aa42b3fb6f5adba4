/** Learns to name colours, and shows how well it does after every tenth epoch. */

import * as tf from "@tensorflow/tfjs";

const NAMES = ["red", "green", "blue", "yellow", "dark", "light"];
const ROWS = 400;
const EPOCHS = 50;

/** The name that people give a colour, more or less. */
function nameOf([r, g, b]) {
  const [least, most] = [Math.min(r, g, b), Math.max(r, g, b)];
  if (most < 0.35) return "dark";
  if (least > 0.6) return "light";
  if (r > 0.5 && g > 0.5) return "yellow";
  return most === r ? "red" : most === g ? "green" : "blue";
}

const colours = Array.from({ length: ROWS }, () => [Math.random(), Math.random(), Math.random()]);
const inputs = tf.tensor2d(colours);
const labels = tf.tensor1d(
  colours.map((colour) => NAMES.indexOf(nameOf(colour))),
  "int32",
);
const targets = tf.oneHot(labels, NAMES.length);

const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [3], units: 16, activation: "relu" }),
    tf.layers.dense({ units: 16, activation: "relu" }),
    tf.layers.dense({ units: NAMES.length, activation: "softmax" }),
  ],
});
model.compile({ optimizer: tf.train.adam(0.01), loss: "categoricalCrossentropy", metrics: ["accuracy"] });

await model.fit(inputs, targets, {
  epochs: EPOCHS,
  validationSplit: 0.1,
  shuffle: true,
  verbose: 0,
  callbacks: {
    onEpochEnd(epoch, logs) {
      if ((epoch + 1) % 10 > 0) return;
      console.log(`epoch ${epoch + 1}: loss ${logs.loss.toFixed(3)}, validation ${logs.val_loss.toFixed(3)}`);
    },
  },
});

const lemon = tf.tidy(
  () =>
    model
      .predict(tf.tensor2d([[0.95, 0.9, 0.2]]))
      .argMax(-1)
      .dataSync()[0],
);
console.log(`lemon is ${NAMES[lemon]}`);

tf.dispose([inputs, labels, targets]);
model.dispose();
