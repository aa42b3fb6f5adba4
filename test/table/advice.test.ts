/** Advice about columns that look like something else than they are taken for. */

import { expect, test } from "vitest";
import { describeColumns } from "../../src/table/report-data.js";
import { Classifier } from "../../src/table.js";
import { FAST, faultOf, prepared } from "./tools.js";

/** Some rows of a column, each with a value of a list in turn. */
const column = (values: readonly unknown[], rows = 40) =>
  Array.from({ length: rows }, (_, i) => ({ a: values[i % values.length], other: i % 3 }));

const numbers = ["1.5", "2", "-3", "4e2", "5"];

test.each([
  [[...numbers, "NA", "?"], 'may be numbers: name "NA", "?" in the option missing'],
  [
    ["3,14", "2,71", "5"],
    'may be numbers: use the option decimal "," if commas stand before decimals, and remove others',
  ],
  [["1,234", "12,345.5", "7"], 'may be numbers: use the option decimal "," if'],
  [["12 kg", "7.5 kg", "-3 kg"], 'may be numbers: leave out "kg"'],
  [["$12.50", "$3"], 'may be numbers: leave out "$"'],
  [["12%", "3 %"], 'may be numbers: leave out "%"'],
  [["2024-02-29", "2024-03-01T12:30Z"], "may be dates: give it the kind date"],
  [["29.2.2024", "1.3.2024"], "may be dates: write them as 2024-02-29, and give it the kind date"],
  [["12/31/2024 10:00", "1/2/2025"], "may be dates: write them as 2024-02-29"],
  [
    Array.from({ length: 30 }, (_, i) => String(i)),
    "may be numbers: convert its texts, or give it the kind number",
  ],
  [Array.from({ length: 30 }, (_, i) => `the parcel ${i} never came`), "may be text: give it the kind text"],
])("%j", (values, advice) => {
  const [plan] = prepared(column(values)).columns;
  expect(plan.advice).toContain(advice);
  expect(describeColumns([plan])[1]).toBe(`note: a ${plan.advice}`);
});

test.each([
  [["red", "green", "blue"]],
  [["1", "2", "3"]],
  [["A1", "B2", "C3"]],
  [["12 kg", "7 lb"]],
  [["1", "2", "3", "4", "many", "few", "some", "none"]],
  [["1", "2", "3", "4", "5+"]],
  [Array.from({ length: 30 }, (_, i) => `city ${i}`)],
  [["v1.2", "v1.3"]],
  [["2024", "2025"]],
  [[true, false]],
  [[1, 2, 5]],
])("none about %j", (values) => {
  expect(prepared(column(values)).columns[0].advice).toBeUndefined();
});

test("none about a column whose kind is given", () => {
  const { columns } = prepared(column(["2024-02-29", "2024-03-01"]), { kinds: { a: "category" } });
  expect(columns[0].advice).toBeUndefined();
});

test("numbers that count the rows, from 20 rows on", () => {
  const count = (rows: number) => Array.from({ length: rows }, (_, i) => ({ a: i + 7, other: i % 3 }));
  expect(prepared(count(30)).columns[0].advice).toBe("may only number the rows: give it the kind ignore");
  expect(prepared(count(20)).columns[0].advice).toBeUndefined();
  const gap = count(30).filter(({ a }) => a !== 12);
  expect(prepared(gap).columns[0].advice).toBeUndefined();
});

test("numbers of a text with leading zeros", () => {
  const [zip, share] = prepared("zip,share\n01234,0.5\n20001,0\n00501,1\n").columns;
  expect(zip.advice).toBe("may be codes, whose leading zeros are lost: give it the kind category");
  expect(share.advice).toBeUndefined();
});

test("targets: numbers but for some texts, and labels that differ in case", async () => {
  const csv = (labels: readonly string[]) =>
    ["x,y", ...Array.from({ length: 210 }, (_, i) => `${i % 7},${labels[i % labels.length]}`)].join("\n");
  const many = csv(["NA", ...Array.from({ length: 69 }, (_, i) => `${i}.5`)]);
  expect(await faultOf(() => new Classifier({ target: "y" }).fit(many))).toContain(
    'has 70 different labels in 210 rows: it may be numbers: name "NA" in the option missing.',
  );
  const model = new Classifier({ target: "y", ...FAST, epochs: 1 });
  const report = await model.fit(csv(["Yes", "no", "yes"]));
  expect(report.data.targets[0].notes).toEqual([
    "Yes, yes differ in case or blanks alone: are they one class?",
  ]);
  expect((await model.fit(csv(["1", "2", "3", "4", "NA"]))).data.targets[0].notes).toEqual([
    'y may be numbers: name "NA" in the option missing',
  ]);
  expect(
    (await model.fit(`x,y\n${Array.from("abcdefgh", (c, i) => `${i},${c}`).join("\n")}`)).data.targets[0]
      .notes,
  ).toEqual(["fewer than 5 rows of a, b, c, d, e, and 3 more"]);
});

test("is in the report and in the file, and not in a written module", async () => {
  const model = new Classifier({ target: "y", ...FAST, epochs: 1 });
  const rows = column([...numbers, "NA"]).map((row, i) => ({ ...row, y: i % 2 ? "u" : "v" }));
  const report = await model.fit(rows);
  expect(String(report)).toContain('name "NA" in the option missing');
  expect(Classifier.load(model.save()).spec).toEqual(model.spec);
  expect(model.toModule()).not.toContain("option missing");
});
