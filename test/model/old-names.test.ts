/** Files and JSON that were written when options had other names. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Network, oneCycle, warmup } from "../../src/index.js";

const read = (ending: string) => readFileSync(`test/model/kept/old-names.${ending}`);

describe.each<[string, () => Network]>([
  ["Network.fromJSON", () => Network.fromJSON(read("json").toString())],
  ["Network.load", () => Network.load(read("safetensors"))],
  ["Network.resume", () => Network.resume(read("checkpoint"))],
])("%s", (_, open) => {
  test("reads start and end of oneCycle as startDivisor and endDivisor", () => {
    const cycle = oneCycle({ learningRate: 0.4, steps: 20, startDivisor: 8, endDivisor: 100 });
    expect(open().learningRate).toEqual(warmup({ steps: 3, after: cycle }));
  });

  test("reads the number bias of a dense layer as biasInit", () => {
    expect(open().spec.layers[0]).toMatchObject({ bias: true, biasInit: 0 });
  });

  test("reads the parameters", () => {
    expect([...open().predict([0.5, -0.5])]).toEqual([0.34327590465545654, 0.6567240953445435]);
  });

  test("writes today's names", () => {
    const text = JSON.stringify(open().toJSON());
    expect(text).toContain('"startDivisor":8');
    expect(text).not.toContain('"start":');
  });
});
