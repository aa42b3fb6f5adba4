/** Learns by trial and error to walk to the flag on a line of nine fields: Q-learning with a network. */

import * as tf from "@tensorflow/tfjs";

const FIELDS = 9;
const FLAG = 7;
const MOVES = [-1, 0, 1];
const EPISODES = 40;
const STEPS = 20;
const DISCOUNT = 0.9;

function makeModel() {
  const model = tf.sequential();
  model.add(tf.layers.dense({ inputShape: [2], units: 24, activation: "relu" }));
  model.add(tf.layers.dense({ units: 24, activation: "relu" }));
  model.add(tf.layers.dense({ units: 1 }));
  model.compile({ optimizer: tf.train.adam(0.01), loss: "meanSquaredError" });
  return model;
}

/** The value of each move on a field. */
function valuesOf(model, field) {
  return tf.tidy(() => model.predict(tf.tensor2d(MOVES.map((move) => [field / FIELDS, move]))).dataSync());
}

const best = (values) => values.indexOf(Math.max(...values));

const online = makeModel();
const target = makeModel();
target.setWeights(online.getWeights());

let steps = 0;
for (let episode = 0; episode < EPISODES; episode++) {
  let field = Math.floor(Math.random() * FIELDS);
  for (let step = 0; step < STEPS && field !== FLAG; step++) {
    const isCurious = Math.random() < 0.5 / (episode + 1);
    const choice = isCurious ? Math.floor(Math.random() * MOVES.length) : best(valuesOf(online, field));
    const next = Math.min(FIELDS - 1, Math.max(0, field + MOVES[choice]));
    const reward = next === FLAG ? 1 : -0.05;
    const value = next === FLAG ? reward : reward + DISCOUNT * Math.max(...valuesOf(target, next));
    const x = tf.tensor2d([[field / FIELDS, MOVES[choice]]]);
    const y = tf.tensor2d([[value]]);
    await online.fit(x, y, { epochs: 1, verbose: 0 });
    tf.dispose([x, y]);
    if (++steps % 10 === 0) target.setWeights(online.getWeights());
    field = next;
  }
}

const path = Array.from({ length: FIELDS }, (_, field) => "<.>"[best(valuesOf(online, field))]).join("");
console.log(`${steps} steps; the way from each field: ${path}`);
console.log(
  `values of field 0: ${Array.from(valuesOf(online, 0))
    .map((value) => value.toFixed(3))
    .join(" ")}`,
);

online.dispose();
target.dispose();
