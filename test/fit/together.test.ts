/** Several callbacks in one fit. */

import { expect, test } from "vitest";
import { together } from "../../src/fit/together.js";
import { Network, SpecError } from "../../src/index.js";

const x = [[0], [1]];
const y = [0, 1];

test("calls all callbacks in their order, with what fit gives them", async () => {
  const calls: string[] = [];
  const of = (name: string) => ({
    onTrainBegin: () => void calls.push(`${name} begin`),
    onBatch: ({ batch }: { batch: number }) => void calls.push(`${name} batch ${batch}`),
    onEpoch: ({ epoch }: { epoch: number }) => void calls.push(`${name} epoch ${epoch}`),
    onTrainEnd: ({ epochs }: { epochs: number }) => void calls.push(`${name} end ${epochs}`),
  });
  const { onEpoch } = of("c");
  await new Network([1, 1]).fit(x, y, { batchSize: 2, ...together([of("a"), of("b"), { onEpoch }]) });
  expect(calls).toEqual([
    ...["a begin", "b begin", "a batch 1", "b batch 1", "a epoch 1", "b epoch 1", "c epoch 1"],
    ...["a end 1", "b end 1"],
  ]);
});

test.each([
  ["false", () => false],
  ["a promise of false", async () => false],
])("%s of any stops the fit", async (_, stop) => {
  let calls = 0;
  const count = { onEpoch: () => void calls++ };
  const callbacks = together([{ onEpoch: stop }, count, { onEpoch: async () => true }]);
  const { stopped, epochs } = await new Network([1, 1]).fit(x, y, { epochs: 5, ...callbacks });
  expect([stopped, epochs, calls]).toEqual(["callback", 1, 1]);
});

test("a false of any counts where all answer at once", () => {
  const { onEpoch } = together([{ onEpoch: () => false }, { onEpoch: () => true }]);
  expect(onEpoch?.({} as never)).toBe(false);
});

test("has the callbacks alone that any has", () => {
  expect(together([])).toEqual({});
  expect(Object.keys(together([{ onEpoch: undefined }, { onBatch() {} }]))).toEqual(["onBatch"]);
});

test.each([
  [undefined, "callbacks is undefined: give an array"],
  [[7], "entry 0 of callbacks is 7"],
  [[{}, { onepoch() {} }], 'Unknown option "onepoch" of entry 1 of callbacks'],
  [[{ onEpoch: 7 }], "onEpoch is 7"],
])("refuses %s", (given, message) => {
  expect(() => together(given as never)).toThrow(SpecError);
  expect(() => together(given as never)).toThrow(message);
});
