import { normal, uniform } from "../lib/random.js";

/** A network that learns to balance: the logits of two actions for each row of four numbers, and one update towards targets. */
export interface Policy {
  /** Logits of one state. */
  predict(state: number[]): ArrayLike<number>;
  /** One update of the mean squared error between logits and targets, which stand row by row. */
  trainOnBatch(states: Float32Array, targets: Float32Array): void;
}

/** Steps of a full episode, and the mean of the last episodes that ends the training. */
const LONGEST = 500;
export const GOAL = 475;
const LAST = 20;

/** One step of the cart with its pole (Barto, Sutton and Anderson, 1983, as in Gymnasium's CartPole-v1). */
function move([x, v, angle, spin]: number[], force: number): number[] {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const push = (force + 0.05 * spin * spin * sin) / 1.1;
  const turn = (9.8 * sin - cos * push) / (0.5 * (4 / 3 - (0.1 * cos * cos) / 1.1));
  const acceleration = push - (0.05 * turn * cos) / 1.1;
  return [x + 0.02 * v, v + 0.02 * acceleration, angle + 0.02 * spin, spin + 0.02 * turn];
}

const hasFallen = ([x, , angle]: number[]): boolean => Math.abs(x) > 2.4 || Math.abs(angle) > 0.2095;

/**
 * REINFORCE (Williams, 1992): one update for each episode, whose returns are standardised. The gradient of the logits is that of a squared error towards
 * targets z + A·(e - π), which every library has.
 * @returns the episodes and steps until the mean length of the last 20 reaches 475, or `most` episodes.
 */
export function balance(policy: Policy, seed: number, most = 3000): { episodes: number; steps: number } {
  const random = uniform(seed);
  const noise = normal(seed + 1);
  const lengths: number[] = [];
  // The rows of an episode: states, targets, and the directions of the targets from the logits.
  const states = new Float32Array(4 * LONGEST);
  const targets = new Float32Array(2 * LONGEST);
  const directions = new Float64Array(2 * LONGEST);
  let steps = 0;
  while (lengths.length < most) {
    let state = Array.from({ length: 4 }, () => 0.025 * noise());
    let count = 0;
    for (; count < LONGEST && !hasFallen(state); count++) {
      const logits = policy.predict(state);
      const first = 1 / (1 + Math.exp(logits[1] - logits[0]));
      const action = random() < first ? 0 : 1;
      for (let i = 0; i < 4; i++) states[4 * count + i] = state[i];
      for (let k = 0; k < 2; k++) targets[2 * count + k] = logits[k];
      directions[2 * count] = 1 - action - first;
      directions[2 * count + 1] = action - (1 - first);
      state = move(state, action === 0 ? -10 : 10);
    }
    lengths.push(count);
    steps += count;
    const last = lengths.slice(-LAST);
    if (lengths.length >= LAST && last.reduce((a, b) => a + b) / LAST >= GOAL) break;
    const returns = new Array<number>(count);
    for (let t = count - 1, sum = 0; t >= 0; t--) {
      sum = 1 + 0.99 * sum;
      returns[t] = sum;
    }
    const mean = returns.reduce((a, b) => a + b) / count;
    const deviation = Math.sqrt(returns.reduce((a, r) => a + (r - mean) ** 2, 0) / count) + 1e-8;
    for (let t = 0; t < count; t++) {
      const advantage = (returns[t] - mean) / deviation;
      for (let k = 2 * t; k < 2 * t + 2; k++) targets[k] += advantage * directions[k];
    }
    policy.trainOnBatch(states.subarray(0, 4 * count), targets.subarray(0, 2 * count));
  }
  return { episodes: lengths.length, steps };
}
