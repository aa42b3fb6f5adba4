/**
 * Learns to balance a pole on a cart, by trial and error: the policy gradient REINFORCE (Williams, 1992) with the value of a
 * state as its baseline. `npm run reinforce` takes two seconds.
 */

import { adam, dense, Network } from "densely";

/** Position and speed of the cart, angle and angular speed of the pole. */
type State = [x: number, v: number, angle: number, spin: number];

/** The cart-pole of Barto, Sutton and Anderson (1983), with the numbers of Gymnasium's CartPole-v1. */
const MOST_STEPS = 500;
const SECONDS = 0.02;
const GRAVITY = 9.8;
const POLE_MASS = 0.1;
const MASS = 1.1;
const HALF_LENGTH = 0.5;
const FORCE = 10;

/** A state near the upright one. */
const start = (): State => [0, 0, 0, 0].map(() => random() / 10 - 0.05) as State;

/** The state one step later. @param action 1 pushes to the right, 0 to the left. */
function step([x, v, angle, spin]: State, action: number): State {
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const push = ((action ? FORCE : -FORCE) + POLE_MASS * HALF_LENGTH * spin ** 2 * sin) / MASS;
  const turn = (GRAVITY * sin - push * cos) / (HALF_LENGTH * (4 / 3 - (POLE_MASS * cos ** 2) / MASS));
  const pull = push - (POLE_MASS * HALF_LENGTH * turn * cos) / MASS;
  return [x + SECONDS * v, v + SECONDS * pull, angle + SECONDS * spin, spin + SECONDS * turn];
}

/** True once the cart has left the track or the pole leans more than 12 degrees. */
const hasFallen = ([x, , angle]: State): boolean => Math.abs(x) > 2.4 || Math.abs(angle) > Math.PI / 15;

const GAMES = 400;
const GAMES_PER_UPDATE = 4;
const DISCOUNT = 0.99;

/** Numbers from 0 to 1 that are the same in every run (Park and Miller, 1988). */
let seed = 1;
function random(): number {
  seed = (48271 * seed) % 2147483647;
  return seed / 2147483647;
}

/** Plays a game. @returns its states and actions. */
function play(choose: (state: State) => number): [State, number][] {
  const moves: [State, number][] = [];
  for (let state = start(); moves.length < MOST_STEPS && !hasFallen(state); ) {
    const action = choose(state);
    moves.push([state, action]);
    state = step(state, action);
  }
  return moves;
}

/** The rewards that follow each step: 1 per step, each worth 1 % less than the one before it, as a share of the most. */
const returnsOf = (steps: number): number[] =>
  Array.from({ length: steps }, (_, i) => 1 - DISCOUNT ** (steps - i));

const optimizer = adam({ learningRate: 0.01 });
/** The probability of each action in a state. */
const policy = new Network({ inputs: 4, layers: [dense(32, "tanh"), dense(2, "softmax")], optimizer });
/** The return that a state has led to so far. */
const baseline = new Network({ inputs: 4, layers: [dense(32, "tanh"), dense(1)], optimizer });

for (let game = GAMES_PER_UPDATE; game <= GAMES; game += GAMES_PER_UPDATE) {
  const draw = (state: State): number => Number(random() < policy.predict(state)[1]);
  const games = Array.from({ length: GAMES_PER_UPDATE }, () => play(draw));
  const states = games.flat().map(([state]) => state);
  const actions = games.flat().map(([, action]) => action);
  const returns = games.flatMap(({ length }) => returnsOf(length));
  // Actions that went better than expected become more likely and the others less: advantages have both signs.
  const expected = baseline.predict(states);
  const advantages = returns.map((sum, i) => sum - expected[i]);
  policy.trainOnBatch(states, actions, { sampleWeight: advantages, allowNegative: true });
  baseline.fitSync(states, returns, { epochs: 5 });
  if (game % 40 === 0)
    console.log(`game ${game}: the pole stands for ${states.length / GAMES_PER_UPDATE} steps`);
}

const likelier = (state: State): number => policy.predictClasses(state)[0];
const steps = Array.from({ length: 100 }, () => play(likelier).length);
console.log(`mean of 100 games with the likelier action: ${steps.reduce((a, b) => a + b) / 100} steps`);
