/** Files of models, and mistakes in calls of estimators. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { saveFile } from "../../src/node.js";
import { Classifier, load, Regressor } from "../../src/table.js";
import { wrong } from "../helpers.js";
import { FAST, faultOf, ROWS } from "./tools.js";

describe("files", () => {
  test("have the whole model", async () => {
    const model = new Classifier({ target: "kind", missing: ["?"], ...FAST });
    await model.fit(ROWS);
    const folder = mkdtempSync(join(tmpdir(), "densely-"));
    const path = join(folder, "kinds.safetensors");
    saveFile(model, path);
    const back = Classifier.load(readFileSync(path));
    rmSync(folder, { recursive: true });
    expect(back.probabilities(ROWS)).toEqual(model.probabilities(ROWS));
    expect(back.summary()).toBe(model.summary());
    expect(back.spec).toEqual(model.spec);
    expect(Buffer.from(back.save()).equals(Buffer.from(model.save()))).toBe(true);
    expect(String(back)).toBe("Classifier of kind from 3 columns, starts, 2 networks");
    // Training again gives the same bytes.
    await back.fit(ROWS);
    expect(Buffer.from(back.save()).equals(Buffer.from(model.save()))).toBe(true);
    expect(back.probabilities(ROWS)).toEqual(model.probabilities(ROWS));
  });

  test("of the other estimator, of a network, and cut or changed ones are refused", async () => {
    const model = new Regressor({ target: "price", ...FAST, epochs: 1 });
    await model.fit(ROWS);
    const bytes = model.save();
    expect(await faultOf(() => Classifier.load(bytes))).toBe(
      "SpecError: The file is of a Regressor: use Regressor.load, or load for both.",
    );
    expect(await faultOf(() => load(bytes.slice(0, -5)))).toContain("FormatError");
    const text = Buffer.from(bytes).toString("latin1");
    for (const [from, to] of [
      ['hasIndicator\\":false', 'hasIndicator\\":12345'],
      ['\\"median\\"', '\\"Median\\"'],
      ['task\\":\\"regression', 'task\\":\\"repression'],
      ['kind\\":\\"number', 'kind\\":\\"nomber'],
    ]) {
      expect(text).toContain(from);
      expect(await faultOf(() => load(Buffer.from(text.replace(from, to), "latin1")))).toContain(
        "FormatError",
      );
    }
  });
});

describe("mistakes", () => {
  const model = () => new Classifier({ target: "kind", ...FAST });
  test.each([
    [
      "an unknown option",
      () => new Classifier({ targett: "x" } as object),
      'SpecError: Unknown option "targett" of Classifier: did you mean "target"?',
    ],
    ["options that are null", () => new Classifier(wrong<never>(null)), "SpecError: Classifier is null"],
    ["options that are a Map", () => new Regressor(wrong<never>(new Map())), "SpecError: Regressor is a Map"],
    ["no target", () => new Classifier().fit(ROWS), "SpecError: The option target is missing"],
    [
      "an absent target",
      () => new Classifier({ target: "species" }).fit(ROWS),
      'DataError: The table has no column "species", which is the target: it has "size", "colour", "kind", "price".',
    ],
    [
      "a missing label",
      () => model().fit([...ROWS, { kind: null }]),
      'DataError: Column "kind" is null in row 60: it is the target',
    ],
    [
      "one class",
      () => model().fit(ROWS.filter(({ kind }) => kind === "small")),
      'DataError: The target "kind" is "small" in every row',
    ],
    [
      "labels of several types",
      () =>
        model().fit([
          { x: 1, kind: "a" },
          { x: 2, kind: 1 },
        ]),
      'DataError: Column "kind" is 1 in row 1: other labels are like "a" in row 0',
    ],
    [
      "a Classifier of many numbers",
      () => new Classifier({ target: "y" }).fit(Array.from({ length: 100 }, (_, i) => ({ x: i, y: i / 7 }))),
      "use a Regressor",
    ],
    [
      "a Regressor of text",
      () => new Regressor({ target: "kind" }).fit(ROWS),
      'DataError: Column "kind" is "small" in row 0: it is a column of numbers',
    ],
    [
      "a constant target",
      () =>
        new Regressor({ target: "y" }).fit([
          { x: 1, y: 2 },
          { x: 2, y: 2 },
        ]),
      'DataError: The target "y" is 2 in every row',
    ],
    ["predict before fit", () => model().predict({ size: 1 }), "StateError: predict was called before fit"],
    [
      "y of another length",
      () => new Classifier().fit([[1], [2]], ["a"]),
      "DataError: x has 2 rows, but y has 1 values",
    ],
    [
      "weights of another length",
      () => model().fit(ROWS, { sampleWeight: [1] }),
      "ShapeError: sampleWeight has 1 values",
    ],
    [
      "an unknown option of fit",
      () => model().fit(ROWS, { epochs: 3 } as object),
      'SpecError: Unknown option "epochs" of fit',
    ],
    ["a header alone", () => model().fit("size,kind\n"), "DataError: The table given to fit has no rows"],
    ["names twice", () => new Classifier({ names: ["a", "a"] }), 'SpecError: names has "a" twice'],
    [
      "more folds than rows",
      () => model().fit(ROWS.slice(0, 4), { folds: 5 }),
      "SpecError: folds is 5, but the rows make only 4",
    ],
    [
      "a target of vanishing size",
      () => new Regressor().fit([[1], [2], [3]], [1e-310, 2e-310, 3e-310]),
      "too little to be told apart",
    ],
    [
      "a label for each row",
      () =>
        new Classifier().fit(
          Array.from({ length: 99 }, (_, i) => [i]),
          Array.from({ length: 99 }, (_, i) => `n${i}`),
        ),
      'DataError: The target "target" has 99 different labels in 99 rows: name another column',
    ],
    [
      "an absent group",
      () => new Classifier({ target: "kind", groups: "id" }).fit(ROWS),
      'DataError: The table has no column "id", which the option groups names',
    ],
    [
      "an unknown kind",
      () => new Classifier({ target: "kind", columns: { size: "nombre" as "number" } }),
      'SpecError: Unknown kind of column "size" "nombre"',
    ],
  ])("%s is an error", async (_, act, message) => {
    expect(await faultOf(act)).toContain(message);
  });

  test("at predict name row and column", async () => {
    const trained = model();
    await trained.fit(ROWS);
    expect(await faultOf(() => trained.predict({ size: "big", colour: "red" }))).toContain(
      'Column "size" is "big" in row 0',
    );
    expect(await faultOf(() => trained.predict("size,colour,price\n1,red,2\nbig,red,3\n"))).toContain(
      'Column "size" is "big" in line 3',
    );
    expect(trained.predict({ colour: "violet", size: null })).toBeTypeOf("string");
    expect(await faultOf(() => trained.evaluate([{ size: 1, kind: "medium" }]))).toContain(
      'Column "kind" is "medium" in row 0: no training row had this label',
    );
    trained.dispose();
    expect(await faultOf(() => trained.predict({ size: 1 }))).toContain("StateError");
  });
});
