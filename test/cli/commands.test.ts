/** Every command, on the penguins of examples/. One model serves all tests but those of train. */

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { saveFile } from "../../src/node.js";
import { Classifier, load } from "../../src/table.js";
import { densely, folder, PENGUINS, type Ran } from "./tools.js";

const file = folder();
const MODEL = file("penguins.safetensors");
const csv = readFileSync(PENGUINS, "utf8").trim().split("\n");
let trained: Ran;

beforeAll(async () => {
  trained = await densely(
    "train",
    PENGUINS,
    "--target",
    "species",
    "--output",
    MODEL,
    "--html",
    file("p.html"),
  );
});

describe("train", () => {
  test("says what the table is, its score against others, and what matters", () => {
    const { stdout, code } = trained;
    expect(code).toBe(0);
    expect(stdout).toContain("344 rows, 8 columns; species is 3 classes (Adelie, Gentoo, Chinstrap)");
    expect(stdout).toMatch(/^ {2}island +category: Biscoe, Dream, Torgersen$/m);
    expect(stdout).toMatch(/^ {2}model +9\d\.\d % +9\d\.\d % to (9\d\.\d|100\.0) % +0\.\d{3}$/m);
    expect(stdout).toMatch(/^ {2}linear model +9\d\.\d % +0\.\d{3}$/m);
    // 152 of 344 penguins are Adelie: 44.2 %.
    expect(stdout).toMatch(/^ {2}most frequent class +44\.2 % +1\.049$/m);
    expect(stdout).toMatch(/^ {2}Gentoo +\d+\.\d % +\d+\.\d % +\d\.\d{3} +124$/m);
    expect(stdout).toMatch(/^ {2}bill_length_mm +\d+\.\d % ± \d\.\d % +█+/m);
    expect(stdout).toMatch(/^ {2}line \d+ +\w+, predicted \w+ +\d+\.\d % {2}\w+/m);
    expect(stdout).toContain(`densely predict ${MODEL} new.csv > out.csv`);
  });

  test("says where there is no terminal a line for each network", () => {
    expect(trained.stderr).toMatch(/^network 10\/10 {2}\d+ epochs {2}\d+\.\d s {2}loss \d\.\d{4}$/m);
    expect(trained.stderr.trim().split("\n")).toHaveLength(10);
    expect(trained.stderr + trained.stdout).not.toContain("\x1b");
  });

  test("writes a model for densely/table, and the page", () => {
    const row = { island: "Biscoe", bill_length_mm: 46.1, flipper_length_mm: 211 };
    expect(load(readFileSync(MODEL)).predict(row)).toBe("Gentoo");
    expect(readFileSync(file("p.html"), "utf8")).toMatch(/^<!doctype html>[\s\S]*bill_length_mm/i);
  });

  test("keeps rows apart for the test, leaves out rows without the target, and prints JSON", async () => {
    const gz = file("p.csv.gz", gzipSync(csv.join("\n")));
    const words = [
      "--target",
      "body_mass_g",
      "--test",
      "0.25",
      "--epochs",
      "5",
      "--ensemble",
      "1",
      "--seed",
      "3",
    ];
    const { stdout, code } = await densely("train", gz, ...words, "--json", "-o", file("mass.safetensors"));
    const report = JSON.parse(stdout);
    expect(code).toBe(0);
    // Two penguins were not weighed.
    expect(report).toMatchObject({ target: "body_mass_g", task: "regression" });
    expect(report.rows + report.test.rows).toBe(342);
    expect(Math.abs(report.test.rows - 342 / 4)).toBeLessThan(2);
    expect(report.measures.rootMeanSquaredError).toBeGreaterThan(
      report.measures.rootMeanSquaredErrorInterval[0],
    );
    // Lines of the file, below which the row stands with its weight.
    for (const { line, actual } of report.measures.worst)
      expect(csv[line - 1].split(",")[4]).toBe(String(actual));
  });
});

describe("predict", () => {
  test("keeps the columns and adds prediction and probability", async () => {
    const { stdout, code } = await densely("predict", MODEL, PENGUINS);
    const lines = stdout.trim().split("\n");
    expect(code).toBe(0);
    expect(lines).toHaveLength(345);
    expect(lines[0]).toBe(`${csv[0].replaceAll('"', "")},prediction,probability`);
    const model = load(readFileSync(MODEL));
    if (!("probabilities" in model)) throw new Error("The model has no classes.");
    const all = model.probabilities(csv.join("\n"));
    for (const row of [0, 100, 200, 343]) {
      const fields = lines[row + 1].split(",");
      expect(fields.slice(0, 8).join()).toBe(csv[row + 1].replaceAll('"', ""));
      expect(Number(fields[9])).toBeCloseTo((all[row] as Record<string, number>)[fields[8]], 5);
    }
  });

  test.each(["probable", "balanced"] as const)("decides as the model does: %s", async (decide) => {
    // Nine of ten rows are 10, and x says little.
    const rows = Array.from({ length: 200 }, (_, i) => ({ x: (i * 7) % 13, y: i % 10 === 0 ? 9 : 10 }));
    const model = new Classifier({ target: "y", decide, epochs: 20, members: 1 });
    await model.fit(rows);
    const path = file(`${decide}.safetensors`);
    saveFile(model, path);
    const table = file("decide.csv", `x\n${rows.map(({ x }) => x).join("\n")}\n`);
    const { stdout } = await densely("predict", path, table, "--json");
    const predicted = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).prediction);
    expect(predicted).toEqual(model.predict(rows));
    expect(new Set(predicted).has(9)).toBe(decide === "balanced");
  });

  test("takes columns that are named like parts of an object", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 2},${i % 3},${i % 2 ? "s" : "l"}`);
    const table = file("names.csv", ["__proto__,constructor,toString", ...rows].join("\n"));
    const model = file("names.safetensors");
    await densely("train", table, "-t", "toString", "--epochs", "50", "-o", model);
    const { stdout, stderr } = await densely("predict", model, table);
    expect(stderr).toBe("");
    expect(stdout).toMatch(
      /^__proto__,constructor,toString,prediction,probability\n0,0,l,l,0\.\d+\n1,1,s,s,/,
    );
  });

  test("takes JSON lines and writes them", async () => {
    const rows = file(
      "rows.jsonl",
      '{"island":"Biscoe","bill_length_mm":46.1,"flipper_length_mm":211}\n\n{"island":"Dream","bill_length_mm":50,"flipper_length_mm":null}\n',
    );
    const { stdout } = await densely("predict", MODEL, rows);
    const [first, second] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({ island: "Biscoe", bill_length_mm: 46.1, prediction: "Gentoo" });
    expect(second.flipper_length_mm).toBe(null);
  });

  test("writes numbers of a CSV file as numbers in JSON", async () => {
    const { stdout } = await densely("predict", MODEL, PENGUINS, "--json");
    expect(JSON.parse(stdout.split("\n")[0])).toMatchObject({
      island: "Torgersen",
      bill_length_mm: 39.1,
      year: 2007,
    });
  });
});

test("evaluate scores a file", async () => {
  const { stdout } = await densely("evaluate", MODEL, PENGUINS);
  expect(stdout).toMatch(/^species: 344 rows\n/);
  expect(stdout).toMatch(/^ {2}model +(9\d\.\d|100\.0) % /m);
  const { stdout: text } = await densely("evaluate", MODEL, PENGUINS, "--json");
  expect(
    JSON.parse(text)
      .confusion.flat()
      .reduce((a: number, b: number) => a + b),
  ).toBe(344);
});

test("explain shows what each column adds, and the sum is the difference", async () => {
  const row = file("row.json", '{"island":"Biscoe","bill_length_mm":46.1,"flipper_length_mm":211}');
  const { stdout } = await densely("explain", MODEL, row);
  expect(stdout).toMatch(/^species: Gentoo with probability 0\.\d+; the median row has 0\.\d+\n/);
  expect(stdout).toMatch(/^ {2}flipper_length_mm +211 +\+0\.\d+ +█/m);
  const { value, base, contributions } = JSON.parse((await densely("explain", MODEL, row, "--json")).stdout);
  const sum = contributions.reduce((total: number, { adds }: { adds: number }) => total + adds, 0);
  expect(Math.abs(sum - (value - base))).toBeLessThan(0.01 * Math.abs(value - base) + 1e-6);
});

test("info describes a model", async () => {
  const { stdout } = await densely("info", MODEL);
  expect(stdout).toContain("classification of species");
  expect(JSON.parse((await densely("info", MODEL, "--json")).stdout)).toMatchObject({
    task: "classification",
  });
});

test("export writes a module that answers as the model, ONNX, and says what it cannot", async () => {
  const path = file("penguins.mjs");
  expect((await densely("export", MODEL, "--to", "js", "-o", path)).stdout).toBe(`Wrote ${path}\n`);
  const { predict } = await import(/* @vite-ignore */ path);
  expect(predict({ island: "Biscoe", bill_length_mm: 46.1, flipper_length_mm: 211 })).toBe("Gentoo");
  expect((await densely("export", MODEL, "--to", "onnx", "-o", file("p.onnx"))).code).toBe(0);
  expect(readFileSync(file("p.onnx")).includes("bill_length_mm")).toBe(true);
  const { stderr, code } = await densely("export", MODEL, "--to", "c");
  expect(code).toBe(2);
  expect(stderr).toContain("use --to js, ts or onnx");
});

test("compare scores networks and a linear model on the same folds", async () => {
  const words = ["--target", "species", "--folds", "3", "--epochs", "60", "--json"];
  const { stdout } = await densely("compare", PENGUINS, ...words);
  const { folds, measures, linear } = JSON.parse(stdout);
  expect(folds).toBe(3);
  expect([measures.rows, linear.rows]).toEqual([344, 344]);
  expect(Math.min(measures.accuracy, linear.accuracy)).toBeGreaterThan(0.95);
});
