/** Dropout rates and weight decays that follow a schedule: what each step uses, in one call or many. */

import { describe, expect, test } from "vitest";
import {
  adamw,
  cosineDecay,
  dense,
  dropout,
  exponentialDecay,
  type FitOptions,
  flatCosine,
  Network,
  type OptimizerInput,
  piecewise,
  reduceOnPlateau,
  type ScheduleSpec,
  SpecError,
  sgd,
  warmup,
} from "../../src/index.js";
import { rateAt } from "../../src/model/rates.js";
import {
  BUILDS,
  expectClose,
  expectError,
  expectSameBits,
  floats,
  parametersOf,
  wholes,
} from "../helpers.js";

const INPUTS = 5;
const ROWS = 40;
const x = floats(ROWS * INPUTS, 1);
const y = wholes(ROWS, 2, 3);
const falling = flatCosine({ learningRate: 0.6, steps: 12, flat: 0.25, end: 0.1 });

describe.each(BUILDS)("$name", (math) => {
  test.each<[string, FitOptions]>([
    ["many steps in one call", {}],
    ["one step in a call", { onBatch: () => undefined }],
  ])("weightDecay shrinks by the value of each step: %s", (_, options) => {
    const layers = [dense(1, "linear", { bias: false, init: { type: "constant", value: 3 } })];
    const optimizer = adamw({ learningRate: 0.1, weightDecay: falling });
    const network = new Network({ inputs: 1, layers, optimizer, math });
    // x is 0, so the weight has no gradient.
    network.fitSync([0], [2], { epochs: 15, ...options });
    const wanted = Array.from({ length: 15 }, (_, t) => 1 - 0.1 * rateAt(falling, t)).reduce(
      (a, b) => a * b,
      3,
    );
    expectClose(network.getParams().W1, [wanted], 1e-6);
  });

  test("weightDecay adds to the gradient, times the factor of the layer", () => {
    const layers = [dense(1, "linear", { bias: false, init: { type: "constant", value: 3 }, decay: 0.5 })];
    const optimizer = sgd({ learningRate: 0.1, momentum: 0.5, weightDecay: falling });
    const network = new Network({ inputs: 1, layers, optimizer, math });
    network.fitSync([0], [2], { epochs: 15 });
    let [w, v] = [3, 0];
    for (let t = 0; t < 15; t++) {
      v = 0.5 * v + 0.5 * rateAt(falling, t) * w;
      w -= 0.1 * v;
    }
    expectClose(network.getParams().W1, [w], 1e-6);
  });

  const noisy = (rate: number | ScheduleSpec | ((step: number) => number)) => {
    const layers = [dense(16, "tanh"), dropout(rate as number), dense(3, "softmax")];
    return new Network({ inputs: INPUTS, layers, math, seed: 5 });
  };
  const options = { batchSize: 8, shuffle: false, epochs: 3 };

  test("dropout at a constant schedule has the bits of that rate", () => {
    const [plain, scheduled] = [noisy(0.25), noisy(piecewise({ boundaries: [], rates: [0.25] }))];
    for (const network of [plain, scheduled]) network.fitSync(x, y, options);
    expectSameBits(parametersOf(scheduled), parametersOf(plain));
  });

  test("dropout takes the rate of each step", () => {
    const rates = piecewise({ boundaries: [2], rates: [0.1, 0.7] });
    for (const [step, rate] of [0.1, 0.1, 0.7].entries()) {
      // A network at this rate that has made as many updates at rates of its own.
      const [one, other] = [noisy(rates), noisy(rate)];
      for (const network of [one, other]) {
        for (let t = 0; t < step; t++) network.trainOnBatch(x, y);
        network.setParams(one.getParams());
      }
      expect(one.gradients(x, y, { training: true })).toEqual(other.gradients(x, y, { training: true }));
      expect(one.trainOnBatch(x, y)).toBe(other.trainOnBatch(x, y));
    }
  });

  test("the same bits however steps are called, and after a checkpoint", () => {
    const made = [0, 1, 2].map(() => noisy(falling));
    const [one, many, cut] = made;
    one.fitSync(x, y, options);
    many.fitSync(x, y, { ...options, onBatch: () => void many.predict(x) });
    cut.fitSync(x, y, { ...options, epochs: 1 });
    const resumed = Network.resume(cut.checkpoint(), { math });
    resumed.fitSync(x, y, { ...options, initialEpoch: 1 });
    for (const network of [many, resumed]) expectSameBits(parametersOf(network), parametersOf(one));
    expect(Network.load(one.save(), { math }).spec).toEqual(one.spec);
  });

  test("a function may use the network", () => {
    const rate = (step: number) => {
      network.predict(floats(50_000 * INPUTS, 1));
      return step / 100;
    };
    const network: Network = noisy(rate);
    const other = noisy((step) => step / 100);
    for (const each of [network, other]) each.fitSync(x, y, options);
    expect(network.step).toBe(15);
    expectSameBits(parametersOf(network), parametersOf(other));
  });

  test("a value out of range is refused with its step", async () => {
    const network = noisy((step) => step / 3);
    const parts = ["rate of layer 2 at step 3 is 1", "from 0 to below 1"];
    await expectError(
      () => network.fitSync(x, y, { ...options, onBatch: () => undefined }),
      SpecError,
      parts,
    );
    expect(network.step).toBe(0);
  });
});

describe("Values of schedules", () => {
  const line = (optimizer: OptimizerInput) => new Network({ inputs: 1, layers: [dense(1)], optimizer });

  test("values that a rate of dropout cannot have are refused at the door", async () => {
    const schedules = [
      cosineDecay({ learningRate: 1.5, steps: 3 }),
      cosineDecay({ learningRate: 0.5, steps: 3, end: 1 }),
      piecewise({ boundaries: [1000], rates: [0.1, 1] }),
      warmup({ steps: 3, after: 1 }),
      warmup({ steps: 3, from: 1, after: cosineDecay({ learningRate: 0.5, steps: 3 }) }),
    ];
    for (const schedule of schedules) {
      await expectError(() => dropout(schedule), SpecError, ["rate of dropout, in", "from 0 to below 1"]);
    }
    expect(adamw({ weightDecay: schedules[0] }).weightDecay).toEqual(schedules[0]);
  });

  test("a value that has become too small for float32 counts as 0", () => {
    const fade = exponentialDecay({ learningRate: 0.1, steps: 1, factor: 0.01 });
    const layers = [dropout(fade), dropout((step) => 0.1 * 0.01 ** step), dense(1)];
    const network = new Network({
      inputs: 1,
      layers,
      optimizer: sgd({ learningRate: fade, weightDecay: fade }),
    });
    const { learningRate } = network.fitSync([1], [1], { epochs: 40 });
    expect(learningRate[39]).toBeCloseTo(0, 30);
    const own = line(sgd({ learningRate: (step) => 0.1 * 0.5 ** step, weightDecay: (step) => 0.5 ** step }));
    own.fitSync([1], [1], { epochs: 200 });
    expect(own.step).toBe(200);
  });

  test("an error names what follows the schedule", async () => {
    const network = line(sgd({ weightDecay: () => Number.NaN }));
    await expectError(() => network.fitSync([1], [1]), SpecError, ["The weightDecay of step 0 is NaN"]);
    const late = line(sgd({ learningRate: warmup({ steps: 2, after: () => -1 }) }));
    await expectError(() => late.fitSync([1], [1]), SpecError, ["The learning rate of step 0 is -1"]);
  });
});

test("reduceOnPlateau is for learning rates, and functions cannot be saved", async () => {
  const plateau = reduceOnPlateau({ learningRate: 0.5 });
  const parts = ["reduceOnPlateau", "learning rates"];
  await expectError(() => dropout(plateau), SpecError, ["rate of dropout", ...parts]);
  const late = warmup({ steps: 3, after: plateau });
  await expectError(() => adamw({ weightDecay: late }), SpecError, ["weightDecay of adamw", ...parts]);
  const layers = [dense(2), dropout((step) => step / 100), dense(1)];
  const network = new Network({ inputs: 1, layers });
  await expectError(() => network.save(), SpecError, ["A schedule is function", "cannot be saved"]);
});
