/** User code that runs inside of a call and calls the network again. */

import { afterAll, describe, expect, test } from "vitest";
import {
  dense,
  dropout,
  type FitOptions,
  Network,
  type NetworkOptions,
  StateError,
} from "../../src/index.js";
import { expectSameBits, floats, parametersOf, wrong } from "../helpers.js";
import { apart, doing, endShared, expectRefusal, thrown } from "./tools.js";

const x = floats(40 * 2, 1);
const y = floats(40, 2);
const make = (options: Partial<NetworkOptions> = {}) =>
  new Network({ inputs: 2, layers: [dense(3, "tanh"), dense(1)], seed: 3, ...options });

/** The calls that a user's code may make to a network in the middle of another. */
const ACTS = [
  "predict",
  "predictMany",
  "evaluate",
  "gradients",
  "loss",
  "fitSync",
  "trainOnBatch",
  "setParams",
  "fit",
] as const;

const fitBy = (call: "fit" | "fitSync", network: Network, options: FitOptions) =>
  call === "fit" ? network.fit(x, y, options) : network.fitSync(x, y, options);

describe("A call that runs the user's code holds other calls off, or does not mind them", () => {
  /**
   * Runs in a process of its own: in a metric, a schedule, a getter or a source, `act` is done; then the network must predict what its
   * parameters say, and must not hang.
   */
  const places = [
    "metric of evaluate",
    "metric of fit",
    "schedule",
    "getter",
    "getter of y",
    "source",
    "weights",
  ] as const;
  const cases = places.flatMap((place) => ACTS.map((act) => [place, act] as const));

  afterAll(endShared);

  test.each(cases)("%s: %s", async (place, act) => {
    const result = await apart(
      async ({ Network, dense, DenselyError }, [place, act]) => {
        const x = Array.from({ length: 6 }, (_, i) => [i / 6, Math.sin(i)]);
        const y = x.map(([a, b]) => [a * b]);
        const many = Array.from({ length: 3000 }, (_, i) => [i / 3000, 1]);
        const zeros = many.map(() => [0]);
        const others = many.map(([a]) => [-1, a]);
        const ones = many.map(() => [1]);
        const make = () => new Network({ inputs: 2, layers: [dense(5, "tanh"), dense(1)], seed: 4 });
        const network = make();
        const acts: Record<string, () => unknown> = {
          predict: () => network.predict(x),
          predictMany: () => network.predict(many),
          evaluate: () => network.evaluate(many, zeros),
          gradients: () => network.gradients(many, zeros),
          loss: () => network.loss(x, y),
          fitSync: () => network.fitSync(many, zeros),
          trainOnBatch: () => network.trainOnBatch(many, zeros),
          setParams: () => network.setParams({ b1: [1, 2, 3, 4, 5] }),
          fit: () => pending.push(network.fit(others, ones, { epochs: 30 }).catch(() => undefined)),
        };
        const pending: Promise<{ loss: number[] } | undefined>[] = [];
        const errors: string[] = [];
        let isBusy = false;
        const run = () => {
          // Once at a time: what it calls may come back here.
          if (isBusy) return;
          isBusy = true;
          try {
            acts[act]();
          } catch (error) {
            errors.push(error instanceof DenselyError ? error.name : `raw ${error}`);
          } finally {
            isBusy = false;
          }
        };
        const doing = (value: number) => () => {
          run();
          return value;
        };
        const metrics = [{ name: "own", measure: doing(1) }];
        const alive = <T extends object>(rows: T[]) =>
          rows.map((row) =>
            Object.defineProperty([...(row as unknown as number[])], 0, {
              get: doing(0.5),
              enumerable: true,
            }),
          );
        const calls: Record<string, () => unknown> = {
          "metric of evaluate": () => network.evaluate(x, y, { metrics }),
          "metric of fit": () => network.fitSync(x, y, { metrics, epochs: 3, validationData: [x, y] }),
          schedule: () => {
            network.learningRate = doing(0.01);
            return network.fitSync(x, y, { epochs: 3, batchSize: 2 });
          },
          getter: () => network.fitSync(alive(x), y, { epochs: 2 }),
          "getter of y": () => network.evaluate(x, alive(y)),
          source: () =>
            network.fitSync(
              (function* () {
                for (let i = 0; i < 3; i++) {
                  run();
                  yield [x, y] as [number[][], number[][]];
                }
              })(),
            ),
          weights: () =>
            network.evaluate(x, y, {
              sampleWeight: Object.defineProperty([1, 1, 1, 1, 1, 1], 2, {
                get: doing(1),
                enumerable: true,
              }),
            }),
        };
        try {
          await calls[place]();
        } catch (error) {
          errors.push(error instanceof DenselyError ? error.name : `raw ${error}`);
        }
        /** The largest difference of what it predicts from what its parameters say. */
        const errorOf = () => {
          const { W1, b1, W2, b2 } = network.getParams();
          const predicted = network.predict(x);
          const wanted = x.map(([p, q]) => {
            const hidden = Array.from(b1, (b, u) => Math.tanh(W1[2 * u] * p + W1[2 * u + 1] * q + b));
            return hidden.reduce((sum, a, u) => sum + a * W2[u], b2[0]);
          });
          return Math.max(...wanted.map((value, i) => Math.abs(value - predicted[i])));
        };
        let worst = errorOf();
        network.predict(many);
        network.evaluate(many, zeros);
        const [history] = await Promise.all(pending);
        // A fit that was let in must do what it would have done alone.
        if (history) {
          const { loss } = make().fitSync(others, ones, { epochs: 30 });
          worst = Math.max(...loss.map((value, i) => Math.abs(value - history.loss[i])));
        }
        worst = Math.max(worst, errorOf());
        network.learningRate = 0.01;
        const { loss } = network.fitSync(x, y, { epochs: 2, initialEpoch: 0 });
        return { errors, worst, goesOn: loss.length === 2 && loss.every(Number.isFinite) };
      },
      { input: [place, act] as const, isShared: true },
    );
    for (const name of result.errors) expect(name).toMatch(/^(State|Spec|Data)Error$/);
    expect(result.worst).toBeLessThan(1e-4);
    expect(result.goesOn).toBe(true);
  });

  test("a fit inside evaluate is a StateError that names evaluate", async () => {
    const network = make();
    const errors: unknown[] = [];
    const measure = () => {
      errors.push(thrown(() => network.fitSync(x, y)));
      return 1;
    };
    network.evaluate(x, y, { metrics: [{ name: "own", measure }] });
    expect(errors[0]).toBeInstanceOf(StateError);
    expect((errors[0] as Error).message).toMatch(/fitSync.*evaluate/);
  });

  test("dispose in the middle ends the call with StateError", async () => {
    const calls: ((network: Network) => unknown)[] = [
      (n) => n.evaluate(x, y, { metrics: [{ name: "own", measure: doing(1, () => n.dispose()) }] }),
      (n) => n.fitSync(x, y, { epochs: 2, metrics: [{ name: "own", measure: doing(1, () => n.dispose()) }] }),
      (n) => {
        n.learningRate = doing(0.1, () => n.dispose());
        n.fitSync(x, y, { epochs: 2 });
      },
      (n) => {
        n.learningRate = doing(0.1, () => n.dispose());
        n.trainOnBatch(x, y);
      },
      (n) => n.fitSync(x, y, { epochs: 2, onBatch: () => n.dispose() }),
      (n) => n.fitSync(x, y, { epochs: 2, onTrainBegin: () => n.dispose() }),
      (n) => n.fit(x, y, { epochs: 2, onCheckpoint: () => n.dispose() }),
    ];
    for (const call of calls) {
      const network = make();
      await expectRefusal(() => call(network), StateError, [/dispose/]);
      expect(network.memoryBytes).toBe(0);
    }
  });
});

describe("Callbacks that use the network change no number of the fit", () => {
  const many = floats(5000 * 2, 9);
  const targets = floats(5000, 10);
  type Act = (network: Network) => unknown;
  const acts: [string, Act][] = [
    ["predict of more rows", (n) => n.predict(many)],
    ["evaluate of more rows", (n) => n.evaluate(many, targets, { metrics: ["r2"] })],
    ["gradients", (n) => n.gradients(many, targets)],
    ["activations", (n) => n.activations(many, 0)],
    ["checkpoint and save", (n) => [n.getParams(), n.toJSON, n.summary(), n.explain({ batchSize: 999 })]],
  ];
  const places: [string, (act: Act) => (network: Network) => FitOptions][] = [
    [
      "a learning rate",
      (act) => (n) => {
        n.learningRate = (step) => {
          act(n);
          return 0.1 / (1 + step);
        };
        return {};
      },
    ],
    [
      "a learning rate behind a warm-up",
      (act) => (n) => {
        n.learningRate = wrong({
          type: "warmup",
          steps: 3,
          after: { type: "custom", rate: doing(0.1, () => act(n)) },
        });
        return {};
      },
    ],
    ["a metric", (act) => (n) => ({ metrics: [{ name: "own", measure: doing(1, () => act(n)) }] })],
    ["onBatch", (act) => (n) => ({ onBatch: () => act(n) && undefined })],
    ["onEpoch", (act) => (n) => ({ onEpoch: () => void act(n) })],
    ["onCheckpoint", (act) => (n) => ({ onCheckpoint: () => void act(n), checkpointEvery: 3 })],
    [
      "a metric of validation rows",
      (act) => (n) => ({
        metrics: [{ name: "own", measure: doing(1, () => act(n)) }],
        validationData: [x, y],
      }),
    ],
  ];
  const cases = places.flatMap(([place, options]) =>
    acts.map(([name, act]) => [place, name, options, act] as const),
  );

  test.each(cases)("%s: %s", async (_, __, optionsOf, act) => {
    const layers = [dense(3, "tanh"), dropout(0.1), dense(1)];
    for (const call of ["fitSync", "fit"] as const) {
      const [network, twin] = [make({ layers }), make({ layers })];
      const run = async (n: Network, act: Act) =>
        fitBy(call, n, { epochs: 4, batchSize: 8, ...optionsOf(act)(n) });
      const history = await run(network, act);
      expect(history).toEqual(await run(twin, () => {}));
      expectSameBits(parametersOf(network), parametersOf(twin));
    }
  });

  test("a learning rate that throws leaves trainOnBatch, partialFit and fit as they were", async () => {
    const mine = new Error("mine");
    const calls: ((network: Network) => unknown)[] = [
      (n) => n.trainOnBatch(x, y),
      (n) => n.partialFit(x, y),
      (n) => n.fitSync(x, y, { batchSize: 4 }),
    ];
    for (const call of calls) {
      const network = make();
      let left = 2;
      network.learningRate = () => {
        if (left-- > 0) return 0.1;
        throw mine;
      };
      const before = parametersOf(network);
      let error: unknown;
      for (let i = 0; i < 3 && !error; i++) error = thrown(() => call(network));
      expect(error).toBe(mine);
      network.learningRate = 0.1;
      if (network.step === 0) expectSameBits(parametersOf(network), before);
      network.fitSync(x, y);
      expect(network.metadata ?? {}).toEqual({});
    }
  });
});
