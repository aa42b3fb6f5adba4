/** Custom metrics are numbers, or are refused. */

import { describe, expect, test } from "vitest";
import { DenselyError, dense, Network, SpecError } from "../../src/index.js";
import { errorOf, expectNoChange, expectRefusal } from "./tools.js";

describe("A metric of one's own is a number", () => {
  const measures: [string, () => unknown][] = [
    ["text", () => "0.5"],
    ["a Promise", () => Promise.resolve(0.5)],
    ["a BigInt", () => 1n],
    ["nothing", () => undefined],
    ["null", () => null],
    ["an array", () => [1]],
    ["true", () => true],
  ];
  test.each(measures)("%s is refused, in evaluate and in fit, and nothing changes", async (_, measure) => {
    const network = new Network({ inputs: 1, layers: [dense(1)] });
    const metrics = [{ name: "own", measure: measure as () => number }];
    await expectRefusal(() => network.evaluate([1, 2], [1, 2], { metrics }), SpecError, [/own/, /number/]);
    await expectNoChange(network, () => network.fitSync([1, 2], [1, 2], { metrics }), SpecError);
    await expectNoChange(network, () => network.fit([1, 2], [1, 2], { metrics }), SpecError);
    expect(await errorOf(() => network.evaluate([1, 2], [1, 2], { metrics }))).toBeInstanceOf(DenselyError);
  });
});
