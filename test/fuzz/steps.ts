/** Steps of a sequence: calls on a network, with what the user's code does at points inside them. */

import fc from "fast-check";
import { type Batch, type FitOptions, Network } from "../../src/index.js";
import { relaxed } from "../../src/relaxed.js";
import { ACTS, type Act, type Stage } from "./acts.js";
import { bitsOf } from "./oracle.js";

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
export interface Step {
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
export const step: fc.Arbitrary<Step> = fc.record({
  call: fc.constantFrom(...CALLS),
  points: fc.array(point, { maxLength: 2 }),
  epochs: fc.constantFrom(1, 2, 3),
  batchSize: fc.constantFrom(1, 2, 4, 99),
  shuffle: fc.boolean(),
  hasValidation: fc.boolean(),
  maxSteps: fc.constantFrom(undefined, undefined, 1, 3),
});

export const textOf = ({ call, points, ...rest }: Step): string =>
  `${call} ${JSON.stringify(rest)}${points.map(({ place, act, time }) => ` [${place} ${time}: ${act.name}]`).join("")}`;

/** The build that a network runs, for a copy of it. */
export const mathOf = (network: Network) => (network.math === "relaxed" ? { math: relaxed } : {});

/** The outcome of one call. */
export async function run(
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
