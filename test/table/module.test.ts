/** Written modules give the answers of predict on records of all tables of the bench, and on every kind of column. */

import { describe, expect, test } from "vitest";
import { readTable, TABLES } from "../../bench/lib/tables.js";
import { frameOfCSV } from "../../src/table/csv.js";
import { Classifier, Regressor } from "../../src/table.js";
import { FAST, ROWS } from "./tools.js";

type Written = {
  predict(rows: unknown): unknown;
  probabilities?(rows: unknown): Record<string, number>[];
};

const run = async (source: string): Promise<Written> =>
  import(/* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(source).toString("base64")}`);

/** The records of a table, with numbers as text. */
function recordsOf(text: string): Record<string, unknown>[] {
  const { rows, columns } = frameOfCSV(text);
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(Array.from(columns, ([name, values]) => [name, values.at(row)])),
  );
}

const QUICK = { members: 2, epochs: 2 };

describe.each(TABLES)("of $name", ({ name, task, target }) => {
  test("answer as predict", async () => {
    const text = readTable(name);
    // The first rows have every kind of column.
    const given = text.split("\n").slice(0, 601).join("\n");
    const records = recordsOf(given);
    if (task === "classification") {
      const model = new Classifier({ target, ...QUICK });
      await model.fit(given);
      const { predict } = await run(model.toModule());
      expect(predict(records)).toEqual(model.predict(given));
      model.dispose();
      return;
    }
    const model = new Regressor({ target, ...QUICK });
    await model.fit(given);
    const { predict } = await run(model.toModule());
    const [written, own] = [predict(records) as number[], model.predict(given)];
    expect(written).toHaveLength(own.length);
    const size = Math.max(...own.map(Math.abs));
    for (let i = 0; i < own.length; i++) expect(Math.abs(written[i] - own[i])).toBeLessThan(1e-5 * size);
    model.dispose();
  });
});

const RICH = ROWS.map(({ size, colour, kind, price }, i) => ({
  size: i % 9 === 0 ? null : size,
  colour,
  kind,
  price,
  when: i % 11 === 0 ? undefined : new Date(864e5 * (17000 + 30 * i)),
  note: `${colour} thing number ${i % 4}`,
  flag: i % 3 === 0,
  odd: i % 5 === 0 ? "?" : `v${i % 4}`,
}));

test("have dates, text, missing and unknown values, probabilities and shares", async () => {
  const options = {
    columns: { note: "text" },
    features: 32,
    missing: ["?"],
    decide: "balanced",
    ...FAST,
  } as const;
  const model = new Classifier({ target: "kind", ...options });
  await model.fit(RICH);
  const { predict, probabilities } = await run(model.toModule());
  const rows = [
    ...RICH,
    { size: "3", colour: "violet", when: "2020-02-29T10:00+02:00" },
    { size: 5n, flag: "true", odd: "?" },
  ];
  expect(predict(rows)).toEqual(model.predict(rows));
  expect(predict(rows[60])).toEqual(model.predict(rows[60]));
  const own = model.probabilities(rows);
  (probabilities?.(rows) ?? []).forEach((row, i) => {
    for (const [label, p] of Object.entries(row)) expect(p).toBeCloseTo(own[i][label], 5);
  });
  expect(() => predict({ size: "big" })).toThrow('Column "size" is big: give a finite number');
});

test("have several targets, logarithms and bigints", async () => {
  const model = new Regressor({ target: ["price", "size"], transform: "log", clamp: false, ...FAST });
  await model.fit(ROWS.map((row) => ({ ...row, size: row.size + 1 })));
  const { predict } = await run(model.toModule());
  const own = model.predict(ROWS);
  const written = predict(ROWS) as typeof own;
  own.forEach(({ price, size }, i) => {
    expect(written[i].price / price).toBeCloseTo(1, 4);
    expect(written[i].size / size).toBeCloseTo(1, 4);
  });
  const labels = new Classifier(FAST);
  await labels.fit(
    ROWS.map(({ size }) => ({ size })),
    ROWS.map((_, i) => BigInt(i % 2)),
  );
  expect((await run(labels.toModule())).predict([{ size: 0 }, { size: 14 }])).toEqual([0n, 1n]);
  expect(labels.toModule({ format: "ts" })).toContain(
    "export function predict(row: Record<string, unknown>): bigint;",
  );
});
