/**
 * Solves a differential equation with a network, which learns from the equation alone (Lagaris et al., 1998):
 *
 *     y' = sin t - y,  y(0) = 1
 *
 * With y = 1 + t·N(t) the start holds whatever the network N says. The loss is the mean of (y' - sin t + y)² over some times,
 * with y' as the difference of two outputs. `npm run ode` takes a second.
 */

import { adam, cosineDecay, dense, Network } from "densely";

const END = 6;
const TIMES = 60;
const STEP = 0.05;
const UPDATES = 3000;

/** Times in the middle of equal parts of 0 to END. */
const times = Array.from({ length: TIMES }, (_, i) => ((i + 0.5) * END) / TIMES);
/** For each of them one row before it and one behind it. */
const rows = times.flatMap((t) => [t - STEP, t + STEP]);

const optimizer = adam({ learningRate: cosineDecay({ learningRate: 0.02, steps: UPDATES }) });
const network = new Network({ inputs: 1, layers: [dense(24, "tanh"), dense(1)], optimizer });

/** The gradient of the loss by each output, and the loss. */
function residuals(outputs: Float32Array): { loss: number; slopes: number[] } {
  let loss = 0;
  const slopes = times.flatMap((t, i) => {
    const [before, behind] = [t - STEP, t + STEP];
    const [y0, y1] = [1 + before * outputs[2 * i], 1 + behind * outputs[2 * i + 1]];
    const residual = (y1 - y0) / (2 * STEP) - Math.sin(t) + (y0 + y1) / 2;
    loss += residual ** 2 / TIMES;
    // ∂residual/∂y of both rows, times ∂y/∂N = t.
    const slope = (2 * residual) / TIMES;
    return [slope * (0.5 - 1 / (2 * STEP)) * before, slope * (0.5 + 1 / (2 * STEP)) * behind];
  });
  return { loss, slopes };
}

for (let update = 1; update <= UPDATES; update++) {
  const { loss, slopes } = residuals(network.predict(rows));
  network.applyGradients(network.backward(rows, slopes));
  if (update % 500 === 0) console.log(`update ${update}: loss ${loss.toExponential(1)}`);
}

/** The solution by hand. */
const exact = (t: number): number => (Math.sin(t) - Math.cos(t)) / 2 + 1.5 * Math.exp(-t);
const solution = network.predict(times).map((output, i) => 1 + times[i] * output);
const errors = times.map((t, i) => Math.abs(solution[i] - exact(t)));
console.log(`largest error from 0 to ${END}: ${Math.max(...errors).toFixed(4)}`);
