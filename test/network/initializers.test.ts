/** Where weights start, through the public face: distributions by their moments and limits, and the defaults. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ActivationName, dense, type Initializer, Network, SpecError } from "../../src/index.js";
import { ACTIVATIONS } from "../../src/model/names.js";
import { BUILDS, expectClose, expectError, expectSameBits, toRows } from "../helpers.js";
import type { Row } from "../reference.js";

const INPUTS = 300;
const UNITS = 200;
const COUNT = INPUTS * UNITS;

const make = (
  init: Initializer | undefined,
  seed = 1,
  [inputs, units] = [INPUTS, UNITS],
  math = BUILDS[0],
): Network => new Network({ inputs, layers: [dense(units, "tanh", { init }), dense(2)], seed, math });
const weights = (...given: Parameters<typeof make>): Row => [...make(...given).getParams().W1];

const moments = (values: Row) => {
  const mean = values.reduce((sum, w) => sum + w, 0) / values.length;
  return { mean, variance: values.reduce((sum, w) => sum + (w - mean) ** 2, 0) / values.length };
};

/** Five standard deviations of the mean of COUNT numbers, and of their variance: (kurtosis - 1)·σ⁴ / n. */
function expectMoments(values: Row, variance: number, kurtosis: number): void {
  const measured = moments(values);
  expect(Math.abs(measured.mean)).toBeLessThan(5 * Math.sqrt(variance / values.length));
  expect(Math.abs(measured.variance - variance)).toBeLessThan(
    5 * variance * Math.sqrt((kurtosis - 1) / values.length),
  );
}

test.each<[Initializer, number]>([
  ["glorotUniform", 2 / (INPUTS + UNITS)],
  ["heUniform", 2 / INPUTS],
  ["lecunUniform", 1 / INPUTS],
  [{ type: "uniform", limit: 0.2 }, 0.2 ** 2 / 3],
  ["uniform", 0.05 ** 2 / 3],
])("%o is even between its limits", (init, variance) => {
  const values = weights(init);
  const limit = Math.sqrt(3 * variance);
  expectMoments(values, variance, 1.8);
  expect(Math.max(...values)).toBeLessThanOrEqual(Math.fround(limit));
  expect(Math.max(...values)).toBeGreaterThan(0.999 * limit);
  expect(Math.min(...values)).toBeLessThan(-0.999 * limit);
  // A quarter lies in each quarter.
  const share = values.filter((w) => w < -limit / 2).length / COUNT;
  expect(Math.abs(share - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / COUNT));
});

test.each<[Initializer, number]>([
  ["glorotNormal", 2 / (INPUTS + UNITS)],
  ["heNormal", 2 / INPUTS],
  ["lecunNormal", 1 / INPUTS],
  [{ type: "normal", stddev: 0.3 }, 0.09],
  ["normal", 0.05 ** 2],
  ["article", 0.01 ** 2],
])("%o is normal", (init, variance) => {
  const values = weights(init);
  expectMoments(values, variance, 3);
  // erf(1 / √2), and far tails.
  const within = values.filter((w) => w * w < variance).length / COUNT;
  expect(Math.abs(within - 0.6826895)).toBeLessThan(5 * Math.sqrt((0.68 * 0.32) / COUNT));
  expect(values.filter((w) => w * w > 9 * variance).length).toBeGreaterThan(80);
});

test.each([
  ["inputs", 3 / INPUTS],
  ["units", 3 / UNITS],
  ["average", 6 / (INPUTS + UNITS)],
] as const)("varianceScaling by %s has its variance in each distribution", (mode, variance) => {
  const deviation = Math.sqrt(variance);
  const draw = (distribution: "uniform" | "normal" | "truncatedNormal") =>
    weights({ type: "varianceScaling", scale: 3, mode, distribution });
  const largest = (values: Row) => Math.max(...values.map(Math.abs)) / deviation;

  const even = draw("uniform");
  expectMoments(even, variance, 1.8);
  expect(largest(even)).toBeLessThanOrEqual(1.7320509);
  expect(largest(even)).toBeGreaterThan(1.73);

  const normal = draw("normal");
  expectMoments(normal, variance, 3);
  expect(largest(normal)).toBeGreaterThan(3.5);

  // Cut at two deviations of the normal distribution that has 1 / 0.87962566 of the deviation.
  const cut = draw("truncatedNormal");
  expectMoments(cut, variance, 2.4);
  expect(largest(cut)).toBeLessThanOrEqual(2.273695);
  expect(largest(cut)).toBeGreaterThan(2.26);
});

test("varianceScaling is lecunNormal cut at two deviations by default", () => {
  const defaults = weights("varianceScaling");
  const options = { scale: 1, mode: "inputs", distribution: "truncatedNormal" } as const;
  expect(defaults).toEqual(weights({ type: "varianceScaling", ...options }));
  expect(Math.max(...defaults)).toBeLessThanOrEqual(2.273695 / Math.sqrt(INPUTS));
});

test("truncatedNormal has no tails beyond two deviations", () => {
  const values = weights({ type: "truncatedNormal", stddev: 0.5 });
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1);
  expect(Math.max(...values)).toBeGreaterThan(0.99);
  // 1 - 2·2·φ(2) / (2Φ(2) - 1)
  expectMoments(values, 0.25 * 0.7737413, 2.1);
});

test.each([
  [6, 6],
  [40, 17],
  [17, 40],
  [1, 5],
])("orthogonal: %i inputs, %i units", (inputs, units) => {
  for (const gain of [1, 1.5]) {
    const rows = toRows(weights({ type: "orthogonal", gain }, 3, [inputs, units]), inputs);
    const vectors = units <= inputs ? rows : rows[0].map((_, i) => rows.map((row) => row[i]));
    const products = vectors.flatMap((p) =>
      vectors.map((q) => p.reduce((sum, value, i) => sum + value * q[i], 0)),
    );
    const wanted = vectors.flatMap((_, i) => vectors.map((__, j) => (i === j ? gain * gain : 0)));
    expectClose(
      products.map((v) => v + 1),
      wanted.map((v) => v + 1),
      1e-5,
    );
  }
});

test.each(["uniform", "normal", "truncatedNormal"] as const)("%s around a mean is moved by it", (type) => {
  const size = type === "uniform" ? { limit: 0.5 } : { stddev: 0.5 };
  const around = weights({ type, ...size, mean: 2 });
  expectClose(
    around,
    weights({ type, ...size }).map((w) => w + 2),
    1e-6,
  );
});

test("identity is the gain from input i to unit i, and its predictions are the inputs", () => {
  for (const [inputs, units] of [
    [3, 5],
    [9, 9],
    [12, 7],
  ]) {
    const rows = toRows(weights({ type: "identity", gain: 1.5 }, 1, [inputs, units]), inputs);
    expect(rows).toEqual(rows.map((row, unit) => row.map((_, input) => (unit === input ? 1.5 : 0))));
  }
  const network = new Network({ inputs: 3, layers: [dense(3, "linear", { init: "identity" })] });
  expect([...network.predict([1, -2, 3])]).toEqual([1, -2, 3]);
});

test("zeros and constant", () => {
  expect(new Set(weights("zeros"))).toEqual(new Set([0]));
  expect(new Set(weights({ type: "constant", value: -0.75 }))).toEqual(new Set([-0.75]));
  const network = make({ type: "constant", value: 0.5 }, 1, [5, 3]);
  expectClose(network.activations([1, 2, 3, 4, 5], 0), new Array(3).fill(Math.tanh(7.5)), 1e-6);
});

describe("defaults by activation", () => {
  /** The initializer whose row on the page names the activation. */
  const PAGE = readFileSync("docs/vocabulary.md", "utf8");
  const isDefault = (init: string, name: string) =>
    new RegExp(`^\\| \`${init}\`.*the default for [^;]*\\b${name}\\b`, "m").test(PAGE);
  const nameOf = (name: string) =>
    ["heUniform", "lecunNormal"].find((init) => isDefault(init, name)) ?? "glorotUniform";

  test.each(ACTIVATIONS)("%s", (name: ActivationName) => {
    const network = (init?: Initializer) =>
      new Network({ inputs: 7, layers: [dense(9, name, { init }), dense(2)] });
    expect(network().spec.layers[0]).toMatchObject({ init: { type: nameOf(name) } });
    expectSameBits(network().getParams().W1, network(nameOf(name) as Initializer).getParams().W1);
  });
});

test.each<Initializer>(["glorotUniform", "heNormal", "orthogonal", "truncatedNormal", "article"])(
  "%s: the same seed gives the same weights, other seeds and layers others",
  (init) => {
    const first = weights(init, 0, [8, 8]);
    expect(weights(init, 0, [8, 8])).toEqual(first);
    // The relaxed build rounds some products of the normal ones once instead of twice.
    expectClose(weights(init, 0, [8, 8], BUILDS[1]), first, 1e-5);
    expect(weights(init, 1, [8, 8])).not.toEqual(first);
    expect(weights(init, 2 ** 40, [8, 8])).not.toEqual(first);
    const two = new Network({
      inputs: 8,
      layers: [dense(8, "tanh", { init }), dense(8, "tanh", { init })],
      seed: 0,
    });
    expect([...two.getParams().W1]).toEqual(first);
    expect([...two.getParams().W2]).not.toEqual(first);
  },
);

test.each<[unknown, (string | RegExp)[]]>([
  [
    "heUnifrom",
    [
      '"heUnifrom"',
      'did you mean "heUniform"?',
      "zeros, constant, orthogonal, identity, truncatedNormal, article, varianceScaling",
    ],
  ],
  [{ type: "normal", stddev: 0 }, ["stddev of normal is 0"]],
  [{ type: "uniform", size: 1 }, ['"size" of uniform', "limit"]],
  [5, ["init", "5", '"heNormal"']],
])("%o is refused", async (init, parts) => {
  await expectError(() => make(init as Initializer), SpecError, parts);
});
