/** Optimizers and schedules: formulas, cost and counters after very many steps, and options at the ends of their ranges. */

import { describe, expect, test } from "vitest";
import {
  adadelta,
  adagrad,
  adam,
  adamw,
  cosineDecay,
  dense,
  exponentialDecay,
  lion,
  Network,
  nadam,
  type OptimizerSpec,
  oneCycle,
  polynomialDecay,
  reduceOnPlateau,
  rmsprop,
  type ScheduleSpec,
  sgd,
  stepDecay,
  warmup,
} from "../../src/index.js";
import { floats, OPTIMIZERS, parametersOf } from "../helpers.js";
import { apart, atStep, fastest, oneWeight } from "./tools.js";

describe("nadam is PyTorch 2's", () => {
  /** torch/optim/nadam.py, _single_tensor_nadam, of a weight whose gradient is 2·w. */
  function torch(
    steps: number,
    { beta1 = 0.9, beta2 = 0.999, eps = 1e-8, lr = 0.002, decay = 0.004 },
  ): number[] {
    let [w, m, v, product] = [1, 0, 0, 1];
    const path: number[] = [];
    for (let t = 1; t <= steps; t++) {
      const gradient = 2 * w;
      const mu = beta1 * (1 - 0.5 * 0.96 ** (t * decay));
      const next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * decay));
      product *= mu;
      m += (gradient - m) * (1 - beta1);
      v = v * beta2 + gradient * gradient * (1 - beta2);
      const denominator = Math.sqrt(v / (1 - beta2 ** t)) + eps;
      w -= ((lr * (1 - mu)) / (1 - product)) * (gradient / denominator);
      w -= ((lr * next) / (1 - product * next)) * (m / denominator);
      path.push(w);
    }
    return path;
  }

  test.each([
    {},
    { learningRate: 0.05 },
    { learningRate: 0.01, beta1: 0.8, beta2: 0.95, momentumDecay: 0.1 },
    { learningRate: 0.01, momentumDecay: 0 },
  ])("with %o, step by step", ({ learningRate: lr = 0.002, momentumDecay: decay = 0.004, ...betas }) => {
    const network = oneWeight(1, { optimizer: nadam({ learningRate: lr, momentumDecay: decay, ...betas }) });
    const path = Array.from({ length: 60 }, () => {
      network.trainOnBatch([1], [0]);
      return network.getParams().W1[0];
    });
    for (const [i, w] of torch(60, { lr, decay, ...betas }).entries()) expect(path[i]).toBeCloseTo(w, 5);
    const whole = oneWeight(1, { optimizer: nadam({ learningRate: lr, momentumDecay: decay, ...betas }) });
    whole.fitSync([1], [0], { epochs: 60 });
    expect(parametersOf(whole)).toEqual(parametersOf(network));
  });

  test("goes on from a checkpoint to the same bits", () => {
    const options = { optimizer: nadam() };
    const [network, twin] = [oneWeight(1, options), oneWeight(1, options)];
    network.fitSync([1], [0], { epochs: 500 });
    twin.fitSync([1], [0], { epochs: 250 });
    const resumed = Network.resume(twin.checkpoint());
    resumed.fitSync([1], [0], { epochs: 250 });
    expect(parametersOf(resumed)).toEqual(parametersOf(network));
  });
});

describe("A step costs the same after very many", () => {
  const schedules: Record<string, ScheduleSpec> = {
    stepDecay: stepDecay({ learningRate: 0.1, every: 1, factor: 0.999999 }),
    exponentialDecay: exponentialDecay({ learningRate: 0.1, steps: 1, factor: 0.9999999 }),
    polynomialDecay: polynomialDecay({ learningRate: 0.1, steps: 2 ** 30, power: 0.5 }),
    oneCycle: oneCycle({ learningRate: 0.1, steps: 2 ** 30 }),
    warmup: warmup({ steps: 2 ** 29, after: 0.1 }),
    reduceOnPlateau: reduceOnPlateau({ learningRate: 0.1 }),
    "cosineDecay with restarts": cosineDecay({ learningRate: 0.1, steps: 1, restarts: true }),
    "cosineDecay with growth": cosineDecay({ learningRate: 0.1, steps: 1, restarts: true, growth: 2 }),
  };
  const cases = [
    ...OPTIMIZERS.filter((name) => name !== "lbfgs").map(
      (type) => [type, { type } as OptimizerSpec] as const,
    ),
    ...Object.entries(schedules).map(([name, learningRate]) => [name, sgd({ learningRate })] as const),
  ];

  test.each(cases)("%s", (_, optimizer) => {
    const early = oneWeight(1, { optimizer });
    early.trainOnBatch([1], [0]);
    // Loops over all steps or rounds take milliseconds by then.
    const late = atStep(early, optimizer.type === "nadam" ? 2_000_000 : 100_000_000);
    const step = (network: Network) => fastest(() => network.trainOnBatch([1], [0]), 5);
    const first = step(early);
    expect(step(late)).toBeLessThan(20 * first + 5);
    expect(Number.isFinite(late.getParams().W1[0])).toBe(true);
  });

  test("cosineDecay with growth has the rates of its definition", () => {
    const rows = { steps: 7, end: 0.01, decay: 0.9, restarts: true, learningRate: 0.5 };
    for (const growth of [1, 1.0001, 1.1, 1.5, 2, 3.7]) {
      const network = oneWeight(1, { optimizer: sgd({ learningRate: cosineDecay({ ...rows, growth }) }) });
      const { learningRate } = network.fitSync([0], [0], { epochs: 400 });
      for (let t = 0; t < 400; t++) {
        let [round, left, length] = [0, t, rows.steps];
        for (; left >= length - 1e-9; round++, length *= growth) left -= length;
        const high = rows.end + (rows.learningRate - rows.end) * rows.decay ** round;
        const wanted = rows.end + ((high - rows.end) * (1 + Math.cos((Math.PI * left) / length))) / 2;
        expect(Math.abs(learningRate[t] - wanted), `growth ${growth}, step ${t}`).toBeLessThan(2e-6);
      }
    }
  });
});

describe("Counters of steps go on beyond 2^31", () => {
  const LATE = 2 ** 31 - 5;
  /** |w·x - y| has a gradient of 1 all the way. */
  const make = (optimizer: OptimizerSpec) => {
    const network = oneWeight(0, { loss: "meanAbsoluteError", optimizer });
    for (let i = 0; i < 10; i++) network.trainOnBatch([1], [-1e6]);
    return network;
  };
  const train = (network: Network, steps = 20) => {
    for (let i = 0; i < steps; i++) network.trainOnBatch([1], [-1e6]);
    return network.getParams().W1[0];
  };

  test.each([
    ["sgd", sgd({ momentum: 0.9, nesterov: true, learningRate: 0.01 })],
    ["rmsprop", rmsprop({ centered: true, momentum: 0.5 })],
    ["adagrad", adagrad()],
    ["adadelta", adadelta()],
    ["lion", lion()],
  ] as const)("%s, which counts no steps, has the same bits", (_, optimizer) => {
    const network = make(optimizer);
    const late = atStep(network, LATE);
    expect(train(late)).toBe(train(network));
    expect(late.step).toBe(LATE + 20);
  });

  test.each([
    ["adam", adam({ learningRate: 0.01 })],
    ["adam with amsgrad", adam({ learningRate: 0.01, amsgrad: true })],
    ["adamw", adamw({ learningRate: 0.01, weightDecay: 0 })],
  ] as const)("%s, whose corrections are 1 by then", (_, optimizer) => {
    const late = atStep(make(optimizer), LATE);
    let [w, m, v] = [late.getParams().W1[0], 1 - 0.9 ** 10, 1 - 0.999 ** 10];
    for (let i = 0; i < 20; i++) {
      m = 0.9 * m + 0.1;
      v = 0.999 * v + 0.001;
      w -= (0.01 * m) / (Math.sqrt(v) + 1e-8);
    }
    expect(Math.abs(train(late) / w - 1)).toBeLessThan(1e-4);
  });

  test("nadam, whose momentum is beta1 by then", async () => {
    const network = make(nadam({ learningRate: 0.01 }));
    let [w, m, v] = [network.getParams().W1[0], 1 - 0.9 ** 10, 1 - 0.999 ** 10];
    for (let i = 0; i < 20; i++) {
      m = 0.9 * m + 0.1;
      v = 0.999 * v + 0.001;
      w -= (0.01 * (0.1 + 0.9 * m)) / (Math.sqrt(v) + 1e-8);
    }
    // In a process of its own, since a product over all steps takes minutes.
    const bytes = atStep(network, LATE).checkpoint();
    const trained = await apart(
      ({ Network }, bytes) => {
        const late = Network.resume(bytes);
        for (let i = 0; i < 20; i++) late.trainOnBatch([1], [-1e6]);
        return late.getParams().W1[0];
      },
      { input: bytes },
    );
    expect(Math.abs(trained / w - 1)).toBeLessThan(1e-4);
  });

  test("adagrad with learningRateDecay", () => {
    const optimizer = adagrad({ learningRate: 100, learningRateDecay: 1e-6 });
    const late = atStep(make(optimizer), LATE);
    let w = late.getParams().W1[0];
    for (let i = 0; i < 20; i++) w -= 100 / (1 + (LATE + i) * 1e-6) / Math.sqrt(11 + i);
    expect(Math.abs(train(late) / w - 1)).toBeLessThan(1e-4);
  });

  test("fit, its shuffles and its dropout", () => {
    const layers = [dense(8, "relu"), { type: "dropout", rate: 0.2 } as const, dense(1)];
    const x = floats(80, 1);
    const start = new Network({ inputs: 2, layers });
    start.trainOnBatch(x, floats(40, 2));
    const network = atStep(start, LATE);
    const { loss } = network.fitSync(x, floats(40, 2), { epochs: 5, batchSize: 4 });
    expect(loss.every(Number.isFinite)).toBe(true);
    expect(network.step).toBe(LATE + 50);
    expect(parametersOf(network).every(Number.isFinite)).toBe(true);
  });
});

describe("epsilon 0 trains in any width", () => {
  const optimizers = [
    rmsprop({ epsilon: 0 }),
    adagrad({ epsilon: 0 }),
    adam({ epsilon: 0 }),
    adam({ epsilon: 0, amsgrad: true }),
    adamw({ epsilon: 0 }),
    nadam({ epsilon: 0 }),
    adadelta({ epsilon: 0 }),
  ];
  test.each(optimizers)("$type $amsgrad", (optimizer) => {
    for (const width of [1, 3, 5, 8, 13]) {
      const x = floats(3 * 40, 4);
      const y = floats(2 * 40, 5);
      const network = new Network({ inputs: 3, layers: [dense(width, "tanh"), dense(2)], optimizer });
      const { loss } = network.fitSync(x, y, { epochs: 3, batchSize: 8 });
      expect(loss.every(Number.isFinite), `width ${width}`).toBe(true);
      network.trainOnBatch(x, y);
      expect(parametersOf(network).every(Number.isFinite), `width ${width}`).toBe(true);
      // Each kind moves each weight, but adadelta, whose steps grow from epsilon.
      if (optimizer.type !== "adadelta") expect(loss[2]).not.toBe(loss[0]);
    }
  });
});
