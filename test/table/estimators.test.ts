/** Classifier and Regressor from rows to predictions, in all forms that rows have. */

import { describe, expect, test } from "vitest";
import { readTable } from "../../bench/lib/tables.js";
import { Classifier, load, Regressor } from "../../src/table.js";

import { column, FAST, faultOf, ROWS } from "./tools.js";

const PENGUINS = readTable("penguins");

describe("Classifier", () => {
  test("learns penguins from the text of a file, with an honest score", async () => {
    const model = new Classifier({ target: "species" });
    const report = await model.fit(PENGUINS, { folds: 5 });
    expect(report.measures?.accuracy).toBeGreaterThan(0.97);
    expect(report.measures?.baseline.accuracy).toBeCloseTo(152 / 344, 10);
    expect(String(report)).toMatch(/island +category: Biscoe, Dream, Torgersen\n/);
    expect(String(report)).toMatch(/accuracy 9\d\.\d %, against 44\.2 % of the most frequent class/);
    expect(model.predict({ island: "Biscoe", bill_length_mm: 46.1 })).toBe("Gentoo");
    const probabilities = model.probabilities({ island: "Biscoe", bill_length_mm: 46.1 });
    expect(Object.keys(probabilities)).toEqual(["Adelie", "Chinstrap", "Gentoo"]);
    expect(Object.values(probabilities).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    expect(model.evaluate(PENGUINS).accuracy).toBeGreaterThan(0.99);
    expect(model.labels).toEqual(["Adelie", "Chinstrap", "Gentoo"]);
  });

  test("gives the same bits for the same rows in every form, and others for another seed", async () => {
    const { price: _, ...columns } = {
      size: column("size"),
      colour: column("colour"),
      kind: column("kind"),
      price: 0,
    };
    const records = ROWS.map(({ size, colour, kind }) => ({ size, colour, kind }));
    const arrays = records.map(({ size, colour, kind }) => [size, colour, kind]);
    const csv = `size,colour,kind\n${arrays.map((row) => row.join()).join("\n")}`;
    const forms = [
      records,
      columns,
      new Set(records),
      csv,
      { ...columns, size: Float32Array.from(columns.size) },
    ];
    const fit = async (rows: (typeof forms)[0], seed = 0) => {
      const model = new Classifier({ target: "kind", seed, ...FAST });
      await model.fit(rows);
      return JSON.stringify(model.probabilities(ROWS));
    };
    const first = await fit(records);
    for (const form of forms) expect(await fit(form)).toBe(first);
    expect(await fit(records, 1)).not.toBe(first);
    const named = new Classifier({ target: "kind", names: ["size", "colour", "kind"], ...FAST });
    await named.fit(arrays);
    expect(JSON.stringify(named.probabilities(arrays))).toBe(first);
    expect(JSON.stringify(named.probabilities(arrays.map((row) => row.slice(0, 2))))).toBe(first);
    expect(named.predict(arrays[1])).toBe("large");
    const apart = new Classifier(FAST);
    await apart.fit({ size: columns.size, colour: columns.colour }, columns.kind);
    expect(JSON.stringify(apart.probabilities(ROWS))).toBe(first);
    expect(apart.evaluate(ROWS, columns.kind).accuracy).toBe(1);
  });

  test("trains in a worker to the same bits, and follows every member", async () => {
    const fit = async (worker: boolean) => {
      const model = new Classifier({ target: "kind", ...FAST });
      const seen = new Set<string>();
      await model.fit(ROWS, {
        worker,
        onEpoch: ({ member, members, epoch, epochs }) => seen.add(`${member}/${members} ${epoch}/${epochs}`),
      });
      return { probabilities: JSON.stringify(model.probabilities(ROWS)), seen };
    };
    const [here, there] = [await fit(false), await fit(true)];
    expect(there.probabilities).toBe(here.probabilities);
    // Five networks to tune on, and two members.
    expect(here.seen.size).toBe(60 * 7);
    expect(there.seen).toEqual(here.seen);
  });

  test.each([
    ["numbers", [2, 10], [2, 10]],
    ["booleans", [true, false], [false, true]],
    ["bigints", [5n, 3n], [3n, 5n]],
    ["texts", ["b", "B"], ["B", "b"]],
  ])("gives %s back as they were, also from a file", async (_, given, sorted) => {
    const model = new Classifier(FAST);
    const y = ROWS.map((_, i) => given[i % 2]);
    await model.fit({ size: column("size") }, y);
    expect(model.labels).toEqual(sorted);
    expect(model.predict({ size: [0, 14] })).toEqual(given);
    expect(load(model.save()).predict({ size: [0, 14] })).toEqual(given);
  });

  test("decides balanced classes by their shares", async () => {
    const rows = Array.from({ length: 100 }, (_, i) => ({
      x: i % 10,
      y: i % 10 < 9 || i % 20 === 9 ? "a" : "b",
    }));
    const fit = async (decide: "probable" | "balanced") => {
      const model = new Classifier({ target: "y", decide, ...FAST, epochs: 20 });
      await model.fit(rows);
      return model;
    };
    const [probable, balanced] = [await fit("probable"), await fit("balanced")];
    expect(balanced.evaluate(rows).balancedAccuracy).toBeGreaterThan(
      probable.evaluate(rows).balancedAccuracy,
    );
    expect(balanced.probabilities(rows)).toEqual(probable.probabilities(rows));
    expect(load(balanced.save()).predict(rows)).toEqual(balanced.predict(rows));
  });

  test("learns several targets", async () => {
    const model = new Classifier({ target: ["kind", "colour"], columns: { price: "ignore" }, ...FAST });
    await model.fit(ROWS.map((row) => ({ ...row, hue: `${row.colour}ish` })));
    expect(model.labels).toEqual({ kind: ["large", "small"], colour: ["blue", "green", "red"] });
    const prediction = model.predict({ size: 14, hue: "redish" });
    expect(prediction).toEqual({ kind: "large", colour: "red" });
    expect(model.evaluate(ROWS.map((row) => ({ ...row, hue: `${row.colour}ish` }))).kind.accuracy).toBe(1);
  });

  test("validates on rows that are stratified and drawn, on groups, on the latest, and on the user's own", async () => {
    const options = { target: "kind", ...FAST, validation: 0.2 };
    const drawn = await new Classifier(options).fit(ROWS);
    expect(drawn.measures?.rows).toBe(24);
    expect(drawn.measures?.classes.map(({ rows }) => rows)).toEqual([12, 12]);
    const grouped = ROWS.map((row, i) => ({ ...row, patient: `p${Math.floor(i / 6)}` }));
    const ofGroups = new Classifier({ ...options, groups: "patient" });
    const report = await ofGroups.fit(grouped);
    expect(report.measures?.rows).toBe(24);
    expect(JSON.stringify(report)).not.toContain("patient is");
    expect(report.data.columns.map(({ name }) => name)).toEqual(["size", "colour", "price"]);
    const timed = await new Classifier({ ...options, time: "when" }).fit(
      ROWS.map((row, i) => ({ ...row, when: new Date(864e5 * (100 - i)) })),
    );
    expect(timed.measures?.rows).toBe(12);
    const own = await new Classifier(options).fit(ROWS, { validationData: ROWS.slice(0, 10) });
    expect(own.measures?.rows).toBe(10);
  });

  test("weighs rows", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({ x: i % 4, y: i % 2 ? "a" : "b", z: i % 3 }));
    const p = async (sampleWeight?: number[]) => {
      const model = new Classifier({ target: "y", columns: { x: "ignore" }, ...FAST });
      await model.fit(rows, { sampleWeight });
      return model.probabilities({ z: 1 }).a;
    };
    expect(await p(rows.map(({ y }) => (y === "a" ? 9 : 1)))).toBeGreaterThan((await p()) + 0.2);
  });

  test("stops by a callback or a signal with what there is", async () => {
    const model = new Classifier({ target: "kind", ...FAST });
    let calls = 0;
    const report = await model.fit(ROWS, { onEpoch: () => ++calls < 3, folds: 3 });
    expect([calls, report.data.isCut, report.data.measuredBy]).toEqual([3, true, "validation rows"]);
    expect(["small", "large"]).toContain(model.predict({ size: 3 }));
    const controller = new AbortController();
    controller.abort();
    const cut = await model.fit(ROWS, { signal: controller.signal });
    expect(cut.data.isCut).toBe(true);
    expect(String(cut)).toContain("stopped before its end");
  });
});

test("a model that a store of a framework gives out as a proxy trains and predicts", async () => {
  const proxy = new Proxy(new Classifier({ target: "kind", ...FAST }), {});
  await proxy.fit(ROWS);
  expect(proxy.predict(ROWS).length).toBe(ROWS.length);
  expect(await faultOf(() => proxy.predict.call({} as typeof proxy, ROWS))).toMatch(
    /StateError: .*something else/,
  );
});

describe("Regressor", () => {
  test("learns numbers, in their range", async () => {
    const model = new Regressor({ target: "price", columns: { kind: "ignore" }, ...FAST, epochs: 200 });
    await model.fit(ROWS);
    expect(model.evaluate(ROWS).r2).toBeGreaterThan(0.99);
    expect(model.predict({ size: 1000, colour: "red" })).toBeLessThanOrEqual(53);
    const free = new Regressor({
      target: "price",
      clamp: false,
      columns: { kind: "ignore" },
      ...FAST,
      epochs: 200,
    });
    await free.fit(ROWS);
    expect(free.predict({ size: 1000, colour: "red" })).toBeGreaterThan(53);
    expect(load(free.save()).predict(ROWS)).toEqual(free.predict(ROWS));
  });

  test("learns the logarithm, and says where that may help", async () => {
    const rows = Array.from({ length: 80 }, (_, i) => ({ x: i % 20, y: Math.exp((i % 20) / 2) }));
    const plain = await new Regressor({ target: "y", ...FAST }).fit(rows);
    expect(String(plain)).toContain("note: y is positive and skewed: try the transform log");
    const model = new Regressor({ target: "y", transform: "log", ...FAST, epochs: 300 });
    const report = await model.fit(rows);
    expect(String(report)).not.toContain("note");
    const { actual, predicted } = model.evaluate(rows).worst[0];
    expect(predicted / actual).toBeCloseTo(1, 0);
    expect(
      await faultOf(() =>
        model.fit([
          { x: 1, y: 0 },
          { x: 2, y: 1 },
        ]),
      ),
    ).toContain('DataError: Column "y" is 0 in row 0: transform: "log" needs a target above 0');
  });

  test("learns several targets", async () => {
    const model = new Regressor({ target: ["price", "size"], ...FAST, epochs: 100 });
    await model.fit(ROWS);
    const { price, size } = model.predict({ kind: "large", colour: "red" });
    expect(price).toBeGreaterThan(30);
    expect(size).toBeGreaterThan(8);
  });
});
