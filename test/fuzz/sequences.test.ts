/** Generated sequences of calls on one network, whose callbacks, schedules, metrics, getters and sources do as they like. */

import fc from "fast-check";
import { test } from "vitest";
import { Network } from "../../src/index.js";
import { ACTS, type Stage } from "./acts.js";
import { NETWORKS, ROWS } from "./networks.js";
import type { Named } from "./odd.js";
import { bitsOf, bounded, faultOf, illness, notFinite, tryAll } from "./oracle.js";
import { mathOf, run, type Step, step, textOf } from "./steps.js";

/** Data that fits the network. */
function stageOf(make: () => Network): Stage {
  const network = make();
  const x = Array.from({ length: ROWS }, (_, r) => [Math.sin(r + 1), Math.cos(2 * r)]);
  const width = network.predict(x).length / ROWS;
  const isOfClasses = network.spec.loss.type === "categoricalCrossentropy";
  const y = isOfClasses
    ? x.map((_, r) => r % width)
    : x.map((_, r) => Array.from({ length: width }, (_, c) => (r + c) % 2));
  const many = Float32Array.from({ length: 2 * 700 }, (_, i) => Math.cos(i));
  return { network, x, y, many, controller: new AbortController(), pending: [], isTouched: false };
}

const isDisposed = ({ network }: Stage): boolean => {
  try {
    network.getParams();
    return false;
  } catch {
    return true;
  }
};

/** The fault after one call of a sequence, if anything is. */
async function judgeStep(stage: Stage, step: Step): Promise<string | undefined> {
  stage.isTouched = false;
  const before = bitsOf(stage.network);
  const twin = twinOf(stage, step);
  let error: unknown;
  let result: unknown;
  const rate = stage.network.learningRate;
  try {
    result = await bounded(textOf(step), () => run(stage, step));
  } catch (reason) {
    error = reason;
  }
  const later = await bounded(`what was begun in ${textOf(step)}`, () =>
    Promise.all(stage.pending.splice(0)),
  );
  for (const reason of [error, ...later]) {
    const fault = reason instanceof Error ? faultOf(reason) : undefined;
    if (fault) return fault;
  }
  const fault = notFinite(result);
  if (fault) return fault;
  if (isDisposed(stage)) return disposed(stage, step);
  if (step.points.some(({ place }) => place === "schedule")) stage.network.learningRate = rate;
  const sick = illness(stage.network);
  if (sick) return sick;
  // The training is over by then, or the loop over epochs() is left.
  const isAtEnd = step.points.some(
    ({ place }) => place === "onTrainEnd" || (step.call === "epochs" && place === "source"),
  );
  const hasTrainedInside = later.length > 0 || step.points.some(({ act }) => /fit|train|Fit/.test(act.name));
  if (error && !stage.isTouched && !isAtEnd && !hasTrainedInside && bitsOf(stage.network) !== before) {
    return `${(error as Error).name} left another state than before`;
  }
  if (!error && twin && bitsOf(await twin()) !== bitsOf(stage.network))
    return "what its callbacks do changes what it learns";
  return undefined;
}

/** A training without the user's code, where that code is to change nothing. */
function twinOf(stage: Stage, step: Step): (() => Promise<Network>) | undefined {
  const isLoud = step.points.some(({ act, place }) => !act.isQuiet || place === "schedule");
  if (isLoud || !/fit|epochs|train|partial/i.test(step.call)) return undefined;
  try {
    const bytes = stage.network.checkpoint();
    const copy: Stage = {
      ...stage,
      network: Network.resume(bytes, mathOf(stage.network)),
      x: stage.x.map((row) => [...row]),
      pending: [],
    };
    return async () => {
      await run(copy, { ...step, points: step.points.map((point) => ({ ...point, act: ACTS[0] })) });
      return copy.network;
    };
  } catch {
    return undefined;
  }
}

/** After dispose all is refused, and the memory has gone. */
function disposed({ network, x }: Stage, { points }: Step): string | undefined {
  if (!points.some(({ act }) => act.name === "dispose")) return "it is disposed of by itself";
  if (network.memoryBytes !== 0) return `it holds ${network.memoryBytes} bytes after dispose`;
  try {
    network.predict(x);
    return "it predicts after dispose";
  } catch (error) {
    return (error as Error).name === "StateError" ? undefined : faultOf(error);
  }
}

type Sequence = [make: Named<Network>, steps: Step[]];
const sequence: fc.Arbitrary<Sequence> = fc
  .tuple(fc.constantFrom(...NETWORKS), fc.array(step, { minLength: 1, maxLength: 4 }))
  .map(([make, steps]) =>
    Object.assign([make, steps] as Sequence, {
      [fc.toStringMethod]: () => `${make.name}: ${steps.map(textOf).join("; ")}`,
    }),
  );

async function judge([make, steps]: Sequence): Promise<string | undefined> {
  let stage = stageOf(make.make);
  for (const step of steps) {
    const fault = await judgeStep(stage, step);
    if (fault) return `${fault}, in ${textOf(step)}`;
    if (isDisposed(stage)) return undefined;
    // The next call has the data as they were at first.
    const { network } = stage;
    stage = { ...stageOf(make.make), network };
  }
  // A good call works.
  const { network } = stage;
  if (typeof network.learningRate === "object" && network.learningRate.type === "custom")
    network.learningRate = 0.01;
  const { loss } = network.fitSync(stage.x, stage.y, { initialEpoch: 0, epochs: 1 });
  const fault = loss.length === 1 ? notFinite(loss) : "it does not train on";
  network.dispose();
  return fault;
}

test(
  "whatever the user's code does during a call, the network is what it says",
  () => tryAll(0.3, sequence, judge),
  3_600_000,
);
