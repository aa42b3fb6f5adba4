/** Generated sequences of calls on one network, whose callbacks, schedules, metrics, getters and sources do as they like. */

import fc from "fast-check";
import { test } from "vitest";
import { type Batch, type FitOptions, Network } from "../../src/index.js";
import { relaxed } from "../../src/relaxed.js";
import { NETWORKS, ROWS } from "./arguments.js";
import { bitsOf, bounded, faultOf, illness, notFinite, tryAll } from "./oracle.js";
import { Mine, type Named } from "./values.js";

/** A network, and data that its user still holds. */
interface Stage {
  network: Network;
  x: number[][];
  y: number[][] | number[];
  many: Float32Array;
  controller: AbortController;
  /** Fits that were begun inside of others. */
  pending: Promise<unknown>[];
  /** True once something was done that may change parameters for good. */
  isTouched: boolean;
}

/** An action of the user's code at some point. */
interface Act {
  name: string;
  /** True if it changes nothing of the network or its data, and is not to end the fit. */
  isQuiet: boolean;
  do: (stage: Stage) => unknown;
}

const quiet = (name: string, act: Act["do"]): Act => ({ name, isQuiet: true, do: act });
const loud = (name: string, act: Act["do"]): Act => ({ name, isQuiet: false, do: act });

/** Something else than the rest of a fit, which must be refused or harmless. */
const ACTS: Act[] = [
  quiet("nothing", () => {}),
  quiet("true", () => true),
  quiet("a promise", async () => {}),
  quiet("predict", ({ network, x }) => void network.predict(x)),
  quiet("predict many", ({ network, many }) => void network.predict(many)),
  quiet("evaluate", ({ network, x, y }) => void network.evaluate(x, y)),
  quiet("gradients", ({ network, x, y }) => void network.gradients(x, y)),
  quiet("activations", ({ network, many }) => void network.activations(many, 0)),
  quiet("getParams", ({ network }) => void network.getParams()),
  quiet("summary", ({ network }) => void network.summary()),
  quiet("explain", ({ network }) => void network.explain({ batchSize: 999 })),
  loud("checkpoint", ({ network }) => void network.checkpoint()),
  loud("false", () => false),
  loud("a promise of false", async () => false),
  loud("throws", () => {
    throw new Mine("mine");
  }),
  loud("rejects", () => Promise.reject(new Mine("mine"))),
  loud("fitSync", ({ network, x, y }) => void network.fitSync(x, y)),
  loud(
    "fit",
    ({ network, x, y, pending }) =>
      void pending.push(network.fit(x, y, { epochs: 2 }).catch((error) => error)),
  ),
  loud("trainOnBatch", ({ network, x, y }) => void network.trainOnBatch(x, y)),
  loud("partialFit", ({ network, x, y }) => void network.partialFit(x, y)),
  loud("setParams", (stage) => {
    stage.isTouched = true;
    const [name, values] = Object.entries(stage.network.getParams())[0];
    stage.network.setParams({ [name]: values.map((value) => Math.abs(value) / 2) });
  }),
  loud("learningRate", (stage) => {
    stage.isTouched = true;
    stage.network.learningRate = 0.001;
  }),
  loud("dispose", ({ network }) => network.dispose()),
  loud("abort", ({ controller }) => controller.abort()),
  loud("x becomes NaN", ({ x }) => void x[1]?.fill?.(Number.NaN)),
  loud("x becomes text", ({ x }) => void (x as unknown[][])[1]?.fill?.("text")),
  loud("a row goes", ({ x }) => void x.pop()),
  loud("a row becomes shorter", ({ x }) => void x[0]?.pop?.()),
  loud("a row becomes null", ({ x }) => void (x as unknown[]).fill(null, 1, 2)),
  loud("y becomes NaN", ({ y }) => void (y as unknown[]).fill(Number.NaN, 0, 1)),
  loud("y loses a row", ({ y }) => void y.pop()),
];

const act = fc.constantFrom(...ACTS);
/** At which of the times that a point comes it is done. */
const time = fc.constantFrom(0, 0, 1, 2);

/** One point at which the user's code runs, and what it does there. */
interface Point {
  place: (typeof PLACES)[number];
  act: Act;
  time: number;
}
const PLACES = [
  "onTrainBegin",
  "onBatch",
  "onEpoch",
  "onCheckpoint",
  "onTrainEnd",
  "metric",
  "schedule",
  "getter of x",
  "getter of y",
  "getter of weights",
  "source",
  "options",
] as const;
const point: fc.Arbitrary<Point> = fc.record({ place: fc.constantFrom(...PLACES), act, time });

/** A call, with what the user's code does during it. */
interface Step {
  call: (typeof CALLS)[number];
  points: Point[];
  epochs: number;
  batchSize: number;
  shuffle: boolean;
  hasValidation: boolean;
  maxSteps: number | undefined;
}
const CALLS = [
  "fit",
  "fitSync",
  "epochs",
  "fit source",
  "evaluate",
  "trainOnBatch",
  "partialFit",
  "predict",
  "resume",
  "load",
  "gradients",
] as const;
const step: fc.Arbitrary<Step> = fc.record({
  call: fc.constantFrom(...CALLS),
  points: fc.array(point, { maxLength: 2 }),
  epochs: fc.constantFrom(1, 2, 3),
  batchSize: fc.constantFrom(1, 2, 4, 99),
  shuffle: fc.boolean(),
  hasValidation: fc.boolean(),
  maxSteps: fc.constantFrom(undefined, undefined, 1, 3),
});

const textOf = ({ call, points, ...rest }: Step): string =>
  `${call} ${JSON.stringify(rest)}${points.map(({ place, act, time }) => ` [${place} ${time}: ${act.name}]`).join("")}`;

/** The build that a network runs, for a copy of it. */
const mathOf = (network: Network) => (network.math === "relaxed" ? { math: relaxed } : {});

/** The outcome of one call. */
async function run(
  stage: Stage,
  { call, points, epochs, batchSize, shuffle, hasValidation, maxSteps }: Step,
): Promise<unknown> {
  const { network, controller } = stage;
  const counts = new Map<string, number>();
  let isInside = false;
  /** Does what is to be done at a point, unless it is that which leads here. */
  const at = (place: Point["place"]): unknown => {
    const count = counts.get(place) ?? 0;
    counts.set(place, count + 1);
    const point = points.find((point) => point.place === place && point.time === count);
    if (isInside || !point) return undefined;
    // A promise that no one awaits rejects into the void.
    if (point.act.name === "rejects" && !(/^(fit|epochs|fit source)$/.test(call) && /^on/.test(place)))
      return undefined;
    isInside = true;
    try {
      return point.act.do(stage);
    } finally {
      isInside = false;
    }
  };
  const has = (place: Point["place"]) => points.some((point) => point.place === place);
  const doing =
    <T>(place: Point["place"], value: T) =>
    (): T => {
      at(place);
      return value;
    };
  const alive = <T>(values: T[], place: Point["place"]): T[] => {
    if (!has(place)) return values;
    const [index, value] = [values.length - 1, values[values.length - 1]];
    return Object.defineProperty([...values], index, {
      get: doing(place, value),
      enumerable: true,
      configurable: true,
    });
  };
  const x = alive(stage.x, "getter of x");
  const y = alive(stage.y as number[], "getter of y");
  if (has("schedule")) {
    stage.isTouched = true;
    network.learningRate = doing("schedule", 0.01);
  }
  const options: FitOptions = { epochs, batchSize, shuffle, signal: controller.signal, maxSteps };
  if (network.spec.optimizer.type === "lbfgs") options.batchSize = "full";
  for (const name of ["onTrainBegin", "onBatch", "onEpoch", "onCheckpoint", "onTrainEnd"] as const) {
    if (has(name)) options[name] = () => at(name);
  }
  if (has("metric")) options.metrics = [{ name: "own", measure: doing("metric", 1) }];
  if (has("getter of weights"))
    options.sampleWeight = alive(
      stage.x.map(() => 1),
      "getter of weights",
    );
  if (hasValidation) options.validationData = [stage.x, stage.y];
  const given = has("options")
    ? Object.defineProperty(options, "epochs", { get: doing("options", epochs), enumerable: true })
    : options;
  const { batchSize: _, shuffle: __, sampleWeight, ...loop } = given;
  switch (call) {
    case "fit":
      return network.fit(x, y, given);
    case "fitSync":
      return network.fitSync(x, y, given);
    case "epochs": {
      const reports = [];
      for await (const report of network.epochs(x, y, given)) {
        reports.push(report);
        if (at("source") === false) break;
      }
      return reports;
    }
    case "fit source": {
      const source = async function* (): AsyncGenerator<Batch> {
        for (let i = 0; i < 2; i++) {
          at("source");
          yield [x, y];
        }
      };
      return network.fit(source(), { ...loop, epochs: 1 });
    }
    case "evaluate":
      return network.evaluate(x, y, { metrics: given.metrics, sampleWeight });
    case "trainOnBatch":
      return network.trainOnBatch(x, y);
    case "partialFit":
      return network.partialFit(x, y, { batchSize: options.batchSize });
    case "predict":
      return network.predict(x);
    case "gradients":
      return network.gradients(x, y, { training: shuffle });
    case "resume": {
      const before = bitsOf(network);
      stage.network = Network.resume(network.checkpoint(), mathOf(network));
      network.dispose();
      return bitsOf(stage.network) === before ? undefined : Number.NaN;
    }
    case "load": {
      const copy = Network.load(network.save(), mathOf(network));
      return copy.predict(stage.x);
    }
  }
}

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
    // What was done to the data is not done to the next call.
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
  () => tryAll(0.4, sequence, judge),
  3_600_000,
);
