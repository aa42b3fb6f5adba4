/** Trials that workers train and measure as a whole: the results of trials here, without memory on this thread. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { EngineSource } from "../../src/engine/source.js";
import { adam, dense, Network } from "../../src/index.js";
import { asha, real, search, whole } from "../../src/search.js";
import { floats } from "../helpers.js";

const ROWS = 120;
const x = floats(4 * ROWS, 5);
const y = Int32Array.from({ length: ROWS }, (_, i) => Number(x[4 * i] > x[4 * i + 1]));
const space = { units: whole(2, 12), rate: real(1e-4, 1e-1, { log: true }) };
const fromSettings = ({ units, rate }: { units: number; rate: number }) =>
  new Network({
    inputs: 4,
    layers: [dense(units, "relu"), dense(3, "softmax")],
    optimizer: adam({ learningRate: rate }),
  });
const options = { trials: 30, epochs: 5, batchSize: 16, seed: 4 } as const;

afterEach(() => vi.restoreAllMocks());

describe("search with worker: true", () => {
  test("networks that workers train and measure take no memory on this thread", async () => {
    // What asks for it takes the memory of a network.
    const engine = vi.spyOn(EngineSource.prototype, "engine", "get");
    const measured = { ...options, metrics: ["accuracy", { type: "topKAccuracy", k: 2 }] as const };
    for (const scheduler of [undefined, asha({ steps: 6, factor: 3 })]) {
      const there = await search(space, fromSettings, x, y, { ...measured, scheduler, worker: true });
      expect(engine).not.toHaveBeenCalled();
      const here = await search(space, fromSettings, x, y, { ...measured, scheduler });
      expect(engine.mock.calls.length).toBeGreaterThanOrEqual(30);
      engine.mockClear();
      expect(there.trials).toEqual(here.trials);
    }
  });

  test("metrics that are code are measured on this thread", async () => {
    const mean = { name: "mean", direction: "max", measure: (outputs: Float32Array) => outputs[0] } as const;
    const own = { ...options, trials: 5, metrics: ["accuracy", mean] as const, monitor: "accuracy" };
    const here = await search(space, fromSettings, x, y, own);
    expect((await search(space, fromSettings, x, y, { ...own, worker: true })).trials).toEqual(here.trials);
  });
});
