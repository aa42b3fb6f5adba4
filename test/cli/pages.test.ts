/**
 * The pictures of the terminal in README.md and docs/program.md are what the program prints, except for its times.
 * RENEW=1 npx vitest run test/cli/pages.test.ts writes them anew.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { HELP, helpOf } from "../../src/cli/help.js";
import { densely, folder, PENGUINS } from "./tools.js";

const file = folder();
const MODEL = file("penguins.safetensors");
let printed: string;

/** A text of the program with the paths of a newcomer. */
const here = (text: string): string =>
  text
    .replaceAll(`${dirname(PENGUINS)}/`, "")
    .replaceAll(`${dirname(MODEL)}/`, "")
    .trimEnd();

const withoutTimes = (text: string): string => text.replaceAll(/\d+\.\d s\b/g, "0.0 s");

/** Compares the picture under a command in a page with what the program printed. */
function expectPicture(page: string, command: string, output: string): void {
  const whole = readFileSync(page, "utf8");
  const [, text] = whole.split(`$ ${command}\n`);
  const picture = text.slice(0, text.indexOf("\n```"));
  if (process.env.RENEW)
    writeFileSync(
      page,
      whole.replace(picture, () => here(output)),
    );
  else expect(withoutTimes(picture)).toBe(withoutTimes(here(output)));
}

beforeAll(async () => {
  printed = (await densely("train", PENGUINS, "--target", "species", "-o", MODEL)).both;
});

test("docs/program.md shows a training, and README.md a part of it", () => {
  expectPicture("docs/program.md", "densely train penguins.csv --target species", printed);
  const lines = printed.split("\n");
  const from = lines.findIndex((line) => line.startsWith("Test of"));
  const part = lines.slice(from + 1, from + 5).join("\n");
  expectPicture("README.md", "npx densely train penguins.csv --target species", part);
});

test("docs/program.md shows an explanation", async () => {
  const row = file("row.json", '{ "island": "Biscoe", "bill_length_mm": 46.1, "flipper_length_mm": 211 }');
  const { stdout } = await densely("explain", MODEL, row);
  expectPicture("docs/program.md", "densely explain penguins.safetensors row.json", stdout);
});

test("docs/program.md shows predictions", async () => {
  const rows = file("new.csv", readFileSync(PENGUINS, "utf8").split("\n").slice(0, 3).join("\n"));
  const { stdout } = await densely("predict", MODEL, rows);
  expectPicture("docs/program.md", "densely predict penguins.safetensors new.csv", stdout);
});

test("docs/program.md shows a comparison", async () => {
  const { stdout } = await densely("compare", PENGUINS, "--target", "body_mass_g");
  expectPicture("docs/program.md", "densely compare penguins.csv --target body_mass_g", stdout);
});

test("docs/program.md has the help of train and the list of commands", () => {
  const page = readFileSync("docs/program.md", "utf8");
  for (const text of [HELP, helpOf("train")]) expect(page).toContain(text.trimEnd());
});
