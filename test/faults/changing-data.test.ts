/** Data that changes while a call reads it. */

import { describe, expect, test } from "vitest";
import {
  type Batch,
  DataError,
  dense,
  type FitOptions,
  Network,
  type NetworkOptions,
  sgd,
} from "../../src/index.js";
import { expectSameBits, floats, parametersOf, wrong } from "../helpers.js";
import { expectRefusal, stateOf, thrown } from "./tools.js";

const x = floats(40 * 2, 1);
const y = floats(40, 2);
const make = (options: Partial<NetworkOptions> = {}) =>
  new Network({ inputs: 2, layers: [dense(3, "tanh"), dense(1)], seed: 3, ...options });

describe("Rows are checked as they are read, whatever becomes of them meanwhile", () => {
  type Rows = number[][];
  const good = (): Rows => Array.from({ length: 30 }, (_, i) => [Math.sin(i), Math.cos(i)]);
  const goodY = (): Rows => Array.from({ length: 30 }, (_, i) => [Math.sin(2 * i)]);

  const changes: [string, (rows: Rows) => unknown][] = [
    ["NaN", (rows) => rows[4].fill(Number.NaN)],
    ["a text", (rows) => rows[4].splice(0, 1, wrong("1"))],
    ["null", (rows) => rows.splice(4, 1, wrong(null))],
    ["a shorter row", (rows) => rows[4].splice(0)],
    ["fewer rows", (rows) => rows.splice(3)],
    ["more than float32 holds", (rows) => rows[29].fill(1e39)],
  ];
  const places: [
    string,
    (change: (rows: Rows) => unknown) => (network: Network, at: keyof FitOptions) => unknown,
  ][] = [
    [
      "validation inputs",
      (change) => (n, at) => {
        const [vx, vy] = [good(), goodY()];
        return n.fitSync(good(), goodY(), {
          epochs: 4,
          batchSize: 8,
          validationData: [vx, vy],
          [at]: () => void change(vx),
        });
      },
    ],
    [
      "validation targets",
      (change) => (n, at) => {
        const [vx, vy] = [good(), goodY()];
        return n.fitSync(good(), goodY(), {
          epochs: 4,
          batchSize: 8,
          validationData: [vx, vy],
          [at]: () => void change(vy),
        });
      },
    ],
    [
      "training inputs",
      (change) => (n, at) => {
        const [tx, ty] = [good(), goodY()];
        return n.fitSync(tx, ty, {
          epochs: 4,
          batchSize: 8,
          validationSplit: 0.3,
          [at]: () => void change(tx),
        });
      },
    ],
    [
      "sample weights",
      (change) => (n, at) => {
        const w = good().map(() => [1]);
        return n.fitSync(good(), goodY(), {
          epochs: 4,
          batchSize: 8,
          sampleWeight: wrong(w.map((row) => row[0])),
          [at]: () => void change(w),
        });
      },
    ],
  ];
  const cases = places.flatMap(([place, run]) =>
    changes.flatMap(([name, change]) =>
      (["onTrainBegin", "onBatch", "onEpoch"] as const).map((at) => [place, name, at, run(change)] as const),
    ),
  );

  test.each(cases)("%s become %s in %s: an error by name, or the rows of before", async (_, __, at, run) => {
    const [network, twin] = [make(), make()];
    const before = stateOf(network);
    let history: unknown;
    const error = thrown(() => {
      history = run(network, at);
    });
    if (error) {
      expect((error as Error).name).toMatch(/^(Data|Shape)Error$/);
      expect(stateOf(network)).toBe(before);
      return;
    }
    expect(history).toEqual(run(twin, "onTrainEnd"));
    expectSameBits(parametersOf(network), parametersOf(twin));
  });

  // Once: Node.js 24 refuses a buffer that is detached already.
  const detach = ({ buffer }: Float32Array): void => {
    if (buffer.byteLength > 0) structuredClone(buffer, { transfer: [buffer] });
  };

  test.each(["onTrainBegin", "onBatch", "onEpoch"] as const)("a buffer that is detached in %s", (at) => {
    for (const part of [0, 1] as const) {
      const [network, twin] = [make(), make()];
      const run = (n: Network, act: keyof FitOptions) => {
        const validationData = [floats(20, 3), floats(10, 4)] as const;
        return n.fitSync(x, y, {
          epochs: 3,
          batchSize: 8,
          validationData,
          [act]: () => void detach(validationData[part]),
        });
      };
      const before = stateOf(network);
      let history: unknown;
      const error = thrown(() => {
        history = run(network, at);
      }) as Error | undefined;
      if (error) {
        expect(error.name).toMatch(/^(Data|Shape|State)Error$/);
        expect(stateOf(network)).toBe(before);
      } else {
        expect(history).toEqual(run(twin, "onTrainEnd"));
        expectSameBits(parametersOf(network), parametersOf(twin));
      }
    }
  });

  test("rows that pass through a window are checked as they come", async () => {
    const wide = 1_000_000;
    const x = new Float32Array(26 * wide).fill(1e-6);
    const network = new Network({ inputs: wide, layers: [dense(1)], optimizer: sgd({ learningRate: 0 }) });
    const onBatch = () => void x.fill(Number.NaN, 25 * wide + 7, 25 * wide + 8);
    const options = { batchSize: 2, shuffle: false } as const;
    const before = parametersOf(network);
    await expectRefusal(() => network.fitSync(x, new Float32Array(26), { ...options, onBatch }), DataError, [
      /row 25/i,
    ]);
    expectSameBits(parametersOf(network), before);
  });

  test("a batch of a source is that of the moment it came", () => {
    const buffer = Float32Array.of(1, 2);
    function* source(): Generator<Batch> {
      for (let i = 0; i < 3; i++) {
        yield [buffer, [0]];
        buffer.fill(i);
      }
    }
    const network = make();
    network.fitSync(source());
    expect(network.step).toBe(3);
  });
});
