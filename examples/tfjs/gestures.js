/** Learns five gestures from five recordings of each: paths of twelve points, as a hand tracker gives them. */

import * as tf from "@tensorflow/tfjs";

const GESTURES = ["circle", "line", "wave", "zigzag", "spiral"];
const RECORDINGS = 5;
const POINTS = 12;

/** Where a gesture is at time t, from 0 to 1. */
function pointOf(gesture, t) {
  const angle = 2 * Math.PI * t;
  switch (gesture) {
    case "circle":
      return [Math.cos(angle), Math.sin(angle)];
    case "line":
      return [2 * t - 1, 0.3];
    case "wave":
      return [2 * t - 1, Math.sin(2 * angle)];
    case "zigzag":
      return [2 * t - 1, Math.round(4 * t) % 2];
    default:
      return [t * Math.cos(2 * angle), t * Math.sin(2 * angle)];
  }
}

/** One recording: the points one after the other, with the tremor of a hand. */
function record(gesture) {
  return Array.from({ length: POINTS }, (_, i) => pointOf(gesture, i / (POINTS - 1)))
    .flat()
    .map((value) => value + 0.2 * (Math.random() - 0.5));
}

const samples = GESTURES.flatMap((gesture, label) =>
  Array.from({ length: RECORDINGS }, () => ({ features: record(gesture), label })),
);
const x = tf.tensor2d(samples.map(({ features }) => features));
const y = tf.oneHot(
  tf.tensor1d(
    samples.map(({ label }) => label),
    "int32",
  ),
  GESTURES.length,
);

const model = tf.sequential();
model.add(tf.layers.batchNormalization({ inputShape: [2 * POINTS] }));
model.add(tf.layers.dense({ units: 16, activation: "relu" }));
model.add(tf.layers.dense({ units: GESTURES.length, activation: "softmax" }));
model.compile({ optimizer: tf.train.sgd(0.1), loss: "categoricalCrossentropy", metrics: ["accuracy"] });

const { history } = await model.fit(x, y, { batchSize: 16, epochs: 160, verbose: 0 });

const seen = tf.tidy(() => model.predict(tf.tensor2d([record("wave")])).dataSync());
console.log(`loss ${history.loss.at(-1).toFixed(4)}, accuracy ${history.acc.at(-1)}`);
console.log(`a new wave: ${GESTURES[seen.indexOf(Math.max(...seen))]}`);

tf.dispose([x, y]);
model.dispose();
