/** The averages of metrics over classes, against numbers that were counted by hand. */

import { describe, expect, test } from "vitest";
import { dense, Network } from "../../src/index.js";

const TRUTH = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2];
const DECIDED = [0, 0, 1, 2, 1, 1, 0, 2, 1, 1];

/**
 * By class: 4, 3, 3 rows, of which 2, 2, 1 are found; 3, 5, 2 decisions; 6, 7, 7 rows of other classes, of which 5, 4, 6 are
 * left out.
 */
const VALUES = {
  precision: {
    macro: (2 / 3 + 2 / 5 + 1 / 2) / 3,
    micro: 5 / 10,
    weighted: (4 * (2 / 3) + 3 * (2 / 5) + 3 * (1 / 2)) / 10,
  },
  recall: { macro: (2 / 4 + 2 / 3 + 1 / 3) / 3, micro: 5 / 10, weighted: (2 + 2 + 1) / 10 },
  // 2·TP / (decisions + rows)
  f1: {
    macro: (4 / 7 + 4 / 8 + 2 / 5) / 3,
    micro: 10 / 20,
    weighted: (4 * (4 / 7) + 3 * (4 / 8) + 3 * (2 / 5)) / 10,
  },
  specificity: {
    macro: (5 / 6 + 4 / 7 + 6 / 7) / 3,
    micro: 15 / 20,
    weighted: (4 * (5 / 6) + 3 * (4 / 7) + 3 * (6 / 7)) / 10,
  },
};

/** A network that passes its inputs on, with the decisions as scores. */
function make() {
  const network = new Network({ inputs: 3, layers: [dense(3, "softmax", { bias: false })] });
  network.setParams({ W1: [1, 0, 0, 0, 1, 0, 0, 0, 1] });
  return { network, x: DECIDED.map((c) => [0, 1, 2].map((i) => Number(i === c))) };
}

describe.each(["precision", "recall", "f1", "specificity"] as const)("%s", (type) => {
  test.each(["macro", "micro", "weighted"] as const)("%s", (average) => {
    const { network, x } = make();
    const measured = network.evaluate(x, TRUTH, { metrics: [{ type, average }] });
    expect(measured[type]).toBeCloseTo(VALUES[type][average], 12);
  });

  test("is macro by default", () => {
    const { network, x } = make();
    expect(network.evaluate(x, TRUTH, { metrics: [type] })[type]).toBeCloseTo(VALUES[type].macro, 12);
  });

  test("weighted, with a row that counts three times", () => {
    const { network, x } = make();
    const sampleWeight = TRUTH.map((_, i) => (i === 3 ? 3 : 1));
    const metrics = [{ type, average: "weighted" }] as const;
    const again = [3, 3];
    const repeated = network.evaluate([...x, ...again.map((i) => x[i])], [...TRUTH, 0, 0], { metrics });
    const weighted = network.evaluate(x, TRUTH, { metrics, sampleWeight });
    expect(weighted[type]).toBeCloseTo(repeated[type] as number, 12);
    expect(weighted[type]).not.toBeCloseTo(VALUES[type].weighted, 3);
  });
});
