/** Several targets, and tables that only some options read as they are meant. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { densely, folder, PENGUINS } from "./tools.js";

const file = folder();
const QUICK = ["--epochs", "5", "--ensemble", "1"];

test("several targets are trained, tested, predicted, evaluated, explained and compared", async () => {
  const [model, html] = [file("sizes.safetensors"), file("sizes.html")];
  const targets = ["--target", "body_mass_g", "--target", "flipper_length_mm"];
  const { stdout, stderr, code } = await densely(
    "train",
    PENGUINS,
    ...targets,
    ...QUICK,
    "-o",
    model,
    "--html",
    html,
  );
  expect(code).toBe(0);
  // Two penguins have no sizes.
  expect(stdout).toContain(
    "342 rows, 8 columns; body_mass_g is a number; flipper_length_mm is a number; 2 rows without a target left out",
  );
  expect(stdout).toMatch(/^body_mass_g: Test of 342 rows, each by a model of the other 4 of 5 parts$/m);
  expect(stdout).toMatch(/^flipper_length_mm: Most wrong about$/m);
  // A target is no input of the other.
  expect(stdout).not.toMatch(/^ {2}(body_mass_g|flipper_length_mm) /m);
  expect(stderr).toMatch(/^network 2\/2 /m);
  const page = readFileSync(html, "utf8");
  expect(page.match(/<h2>Importance<\/h2>/g)).toHaveLength(2);
  expect(page).toMatch(/<td[^>]*>line \d+</);

  const predicted = (await densely("predict", model, PENGUINS)).stdout.split("\n");
  expect(predicted[0]).toMatch(/,prediction of body_mass_g,prediction of flipper_length_mm$/);
  const [mass, length] = predicted[1].split(",").slice(-2).map(Number);
  expect(mass).toBeGreaterThan(2000);
  expect(length).toBeLessThan(300);
  const evaluated = (await densely("evaluate", model, PENGUINS)).stdout;
  expect(evaluated).toMatch(/^body_mass_g: 342 rows[\s\S]*^flipper_length_mm: 342 rows/m);
  const explained = await densely("explain", model, file("row.json", '{"species":"Gentoo"}'));
  expect(explained.stdout).toMatch(/^body_mass_g: \d+[\s\S]*^flipper_length_mm: \d+/m);

  // Commas divide names that are no column.
  const compared = await densely(
    "compare",
    PENGUINS,
    "-t",
    "body_mass_g,flipper_length_mm",
    ...QUICK,
    "--json",
  );
  expect(JSON.parse(compared.stdout).map(({ target }: { target: string }) => target)).toEqual([
    "body_mass_g",
    "flipper_length_mm",
  ]);
  const json = await densely("train", PENGUINS, ...targets, ...QUICK, "-o", model, "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    task: "regression",
    rows: 342,
    targets: [{ target: "body_mass_g", test: { rows: 342, folds: 5 } }, { target: "flipper_length_mm" }],
  });
});

test("--decimal reads commas before decimals, and predict knows it from the model", async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},5;${i % 2};${3 * (i % 7)},25`);
  const table = file("comma.csv", ["länge;n;preis", ...rows].join("\n"));
  const model = file("comma.safetensors");
  const silent = await densely("train", table, "-t", "n", ...QUICK, "-o", model);
  expect(silent.stdout).toMatch(/^note: länge may be numbers: use the option decimal ","/m);
  const { stdout } = await densely("train", table, "-t", "preis", "--decimal", ",", ...QUICK, "-o", model);
  expect(stdout).toContain("preis is a number");
  expect(stdout).toMatch(/^ {2}länge +number from 0.5 to 6.5$/m);
  const predicted = await densely("predict", model, table);
  expect(predicted.stdout).toMatch(/^länge;n;preis;prediction\n0,5;0;0,25;\d/);
  const point = file("point.csv", "länge;n\n1.5;1\n");
  expect((await densely("predict", model, point)).stderr).toContain(
    'line 2, column "länge" is "1.5": it is a column of numbers, so give one, or nothing where it is missing; --decimal . reads 1.5.',
  );
  expect((await densely("predict", model, point, "--decimal", ".")).code).toBe(0);
});

test("a class of one row does not stop the test, and what is wrong with folds is said before training", async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 5},g${i % 3},${i === 7 ? "rare" : "usual"}`);
  const table = file("rare.csv", ["x,g,y", ...rows].join("\n"));
  const words = ["train", table, "-t", "y", ...QUICK, "-o", file("rare.safetensors")];
  const { stdout, code } = await densely(...words);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {2}most frequent class +97\.5 %/m);
  expect(stdout).toContain("note: fewer than 5 rows of rare");
  // Three groups make three parts.
  expect((await densely(...words, "--groups", "g")).stdout).toContain(
    "each by a model of the other 2 of 3 parts",
  );
  const grouped = await densely(...words, "--groups", "g", "--folds", "5");
  expect(grouped).toMatchObject({ code: 1, stderr: expect.not.stringContaining("network") });
  expect(grouped.stderr).toContain('the groups of "g" make only 3: give at most 3.');
});
