/**
 * Untangles two spirals, a riddle of 1988 (Lang and Witbrock): to which of them does a point belong? Most networks that one tries
 * first fail, so `search` of densely/search tries a hundred, on all cores; those that are ahead after some updates train on (ASHA).
 * `npm run search` takes two seconds, and draws what the best network has learnt.
 */

import { adam, dense, Network } from "densely";
import { asha, choice, real, search, whole } from "densely/search";

const TURNS = 2;
const POINTS = 200;

/** Points of both spirals, the second one opposite to the first. @param shift of the points along the spirals, in points */
function spirals(shift: number): { x: number[][]; y: number[] } {
  const x: number[][] = [];
  const y: number[] = [];
  for (let i = 0; i < POINTS; i++) {
    const radius = 0.1 + (0.9 * (i + shift)) / POINTS;
    const angle = 2 * Math.PI * TURNS * radius;
    const point = [radius * Math.cos(angle), radius * Math.sin(angle)];
    x.push(point, [-point[0], -point[1]]);
    y.push(0, 1);
  }
  return { x, y };
}

const space = {
  layers: whole(1, 3),
  units: whole(4, 24, { log: true }),
  activation: choice(["tanh", "relu", "sigmoid"]),
  learningRate: real(1e-3, 1e-1, { log: true }),
};

interface Settings {
  layers: number;
  units: number;
  activation: "tanh" | "relu" | "sigmoid";
  learningRate: number;
}

function make({ layers, units, activation, learningRate }: Settings): Network {
  const hidden = Array.from({ length: layers }, () => dense(units, activation));
  return new Network({
    inputs: 2,
    layers: [...hidden, dense(1, "sigmoid")],
    optimizer: adam({ learningRate }),
  });
}

/** Draws the side of each point of the plane as text. */
function draw(network: Network): string {
  const [columns, lines] = [64, 30];
  const points = Array.from({ length: columns * lines }, (_, i) => [
    (2 * (i % columns)) / (columns - 1) - 1,
    1 - (2 * Math.floor(i / columns)) / (lines - 1),
  ]);
  const marks = Array.from(network.predict(points), (output) => " .:*#"[Math.min(4, Math.floor(output * 5))]);
  return Array.from({ length: lines }, (_, line) =>
    marks.slice(line * columns, (line + 1) * columns).join(""),
  ).join("\n");
}

const { x, y } = spirals(0);
const { best, trials } = await search(space, make, x, y, {
  trials: 100,
  epochs: 400,
  metrics: ["accuracy"],
  scheduler: asha({ steps: 200, factor: 3 }),
  worker: true,
});

const ended = trials.filter(({ state }) => state === "completed").sort((a, b) => b.score - a.score);
console.table(
  ended.slice(0, 5).map((row) => ({ ...row, learningRate: Number(row.learningRate).toPrecision(2) })),
);
if (!best.network) throw new Error("The search was ended.");
console.log(`${draw(best.network)}\n`);
const others = spirals(0.5);
const { accuracy } = best.network.evaluate(others.x, others.y, { metrics: ["accuracy"] });
console.log(`accuracy on points between those that were learnt: ${accuracy.toFixed(3)}`);
