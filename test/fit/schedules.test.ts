/** Schedules end to end: what each step moves, what is reported, and files. */

import { describe, expect, test } from "vitest";
import {
  adam,
  type Batch,
  cosineDecay,
  cosineLog,
  dense,
  exponentialDecay,
  type FitOptions,
  flatCosine,
  Network,
  oneCycle,
  piecewise,
  polynomialDecay,
  type ScheduleSpec,
  SpecError,
  stepDecay,
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
import { far, ones, oneWeight, type Rate, weightOf } from "../network/one-weight.js";

const SCHEDULES: [name: string, schedule: ScheduleSpec][] = [
  ["stepDecay", stepDecay({ learningRate: 0.5, every: 3, factor: 0.5 })],
  ["exponentialDecay", exponentialDecay({ learningRate: 0.5, steps: 10 })],
  ["polynomialDecay", polynomialDecay({ learningRate: 0.5, steps: 20, end: 0.1, power: 2 })],
  ["cosineDecay", cosineDecay({ learningRate: 0.5, steps: 20 })],
  ["restarts", cosineDecay({ learningRate: 0.5, steps: 5, restarts: true, growth: 2, decay: 0.5 })],
  ["cosineLog", cosineLog({ learningRate: 0.5, steps: 20 })],
  ["flatCosine", flatCosine({ learningRate: 0.5, steps: 20 })],
  ["oneCycle", oneCycle({ learningRate: 0.5, steps: 30 })],
  ["warmup", warmup({ steps: 8, after: cosineDecay({ learningRate: 0.5, steps: 20 }) })],
  ["piecewise", piecewise({ boundaries: [4, 9], rates: [0.1, 0.5, 0.25] })],
  ["a function", { type: "custom", rate: (t) => 1 / (t + 2) }],
];

describe.each(BUILDS)("$name", (math) => {
  describe.each(SCHEDULES)("%s", (_, schedule) => {
    /** The weight after so many steps: the sum of their rates. */
    const sum = (steps: number) =>
      Array.from({ length: steps }, (_, t) => rateAt(schedule, t)).reduce((total, rate) => total + rate, 0);

    test("trainOnBatch moves by the rate of each step", () => {
      const network = oneWeight(schedule, math);
      for (let t = 0; t < 25; t++) {
        network.trainOnBatch([1], [1e6]);
        expectClose([weightOf(network)], [sum(t + 1)], 1e-6);
      }
    });

    test.each<[string, FitOptions]>([
      ["many steps in one call", {}],
      ["one step in a call", { onBatch: () => undefined }],
      ["an epoch in a call", { onEpoch: () => undefined }],
      ["cut by stepsPerEpoch", { stepsPerEpoch: 3 }],
    ])("fit after fit goes on with the steps: %s", (_, options) => {
      const network = oneWeight(schedule, math);
      for (const epochs of [3, 2, 1]) {
        const first = network.step;
        const history = network.fitSync(ones(9), far(9), { batchSize: 2, epochs, ...options });
        const steps = options.stepsPerEpoch ?? 5;
        expect(network.step).toBe(first + steps * epochs);
        expectClose([weightOf(network)], [sum(network.step)], 1e-6);
        // Of each epoch's last step.
        const lasts = Array.from({ length: epochs }, (_, e) => rateAt(schedule, first + (e + 1) * steps - 1));
        expect(history.learningRate).toEqual(lasts);
      }
    });

    test("a source of batches too", async () => {
      const network = oneWeight(schedule, math);
      await network.fit(Array.from({ length: 12 }, (): Batch => [[1], [1e6]]).values());
      expectClose([weightOf(network)], [sum(12)], 1e-6);
    });
  });
});

test("the report of an epoch has the rate of its last step", () => {
  const reported: number[] = [];
  const schedule = exponentialDecay({ learningRate: 0.5, steps: 10 });
  const onEpoch = ({ learningRate }: { learningRate: number }) => void reported.push(learningRate);
  const { learningRate } = oneWeight(schedule).fitSync(ones(6), far(6), { batchSize: 2, epochs: 3, onEpoch });
  expect(reported).toEqual([2, 5, 8].map((t) => rateAt(schedule, t)));
  expect(learningRate).toEqual(reported);
});

test("learningRate can be set between fits, to a number, a schedule or a function", () => {
  const network = oneWeight(0.5);
  network.trainOnBatch([1], [1e6]);
  expect(network.learningRate).toBe(0.5);
  network.learningRate = 0.25;
  network.trainOnBatch([1], [1e6]);
  // Schedules count all updates of the network.
  network.learningRate = piecewise({ boundaries: [3], rates: [0.125, 4] });
  network.trainOnBatch([1], [1e6]);
  network.trainOnBatch([1], [1e6]);
  network.learningRate = (t) => t;
  network.trainOnBatch([1], [1e6]);
  expect(weightOf(network)).toBe(0.5 + 0.25 + 0.125 + 4 + 4);
});

test("what learningRate and spec return is a copy, also of a function", () => {
  const network = oneWeight(stepDecay({ learningRate: 0.5, every: 2 }));
  (network.learningRate as { every: number }).every = 1;
  expect(network.learningRate).toMatchObject({ every: 2 });
  const own = (t: number) => 1 / (t + 1);
  network.learningRate = own;
  expect(network.learningRate).toEqual({ type: "custom", rate: own });
  expect(network.spec.optimizer.learningRate).toEqual({ type: "custom", rate: own });
});

test("a wrong learningRate is refused, and the old one stays", async () => {
  const network = oneWeight(0.5);
  for (const wrong of [-1, Number.NaN, Infinity]) {
    await expectError(
      () => {
        network.learningRate = wrong;
      },
      SpecError,
      [`learningRate is ${wrong}`, "at least 0"],
    );
  }
  expect(network.learningRate).toBe(0.5);
});

test.each([-1, Number.NaN, Infinity, "0.1"])(
  "a function that returns %s ends the fit, and all is as before",
  async (rate) => {
    const network = oneWeight((t) => (t < 3 ? 0.5 : (rate as number)));
    const parts = [
      `The learning rate of step 3 is ${JSON.stringify(rate) ?? rate}`.replace("null", String(rate)),
    ];
    await expectError(() => network.fit(ones(5), far(5), { batchSize: 1 }), SpecError, parts);
    expect([network.step, weightOf(network)]).toEqual([0, 0]);
  },
);

describe("as JSON", () => {
  test.each(SCHEDULES.filter(([, { type }]) => type !== "custom"))(
    "%s goes on where it was",
    (_, schedule) => {
      const [x, y] = [floats(20 * 3, 1), wholes(20, 2, 3)];
      const made = new Network({
        inputs: 3,
        layers: [dense(3, "softmax")],
        optimizer: adam({ learningRate: schedule }),
      });
      const read = Network.fromJSON(JSON.stringify(made));
      expect(read.learningRate).toEqual(schedule);
      const options = { epochs: 3, batchSize: 4 };
      expect(read.fitSync(x, y, options)).toEqual(made.fitSync(x, y, options));
      expectSameBits(parametersOf(read), parametersOf(made));
    },
  );

  test.each<[string, Rate]>([
    ["alone", (t) => 1 / t],
    ["after a warm-up", warmup({ steps: 3, after: { type: "custom", rate: (t) => 1 / t } })],
  ])("a function %s is refused by toJSON, save and checkpoint", async (_, rate) => {
    const network = oneWeight(rate);
    for (const call of ["toJSON", "save", "checkpoint"] as const) {
      await expectError(() => network[call](), SpecError, [
        /is function .*(cannot be saved|a file cannot hold)/,
        "piecewise",
      ]);
    }
  });
});
