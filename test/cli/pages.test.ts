/** The pictures of the terminal in README.md and docs/program.md are what the program prints, except for its times. */

import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { HELP, helpOf } from "../../src/cli/help.js";
import { densely, folder, PENGUINS } from "./tools.js";

const file = folder();
const MODEL = file("penguins.safetensors");
let printed: string;

/** A text of the program with the paths of a newcomer, and without times. */
const tidy = (text: string): string =>
  text
    .replaceAll(`${dirname(PENGUINS)}/`, "")
    .replaceAll(`${dirname(MODEL)}/`, "")
    .replaceAll(/\d+\.\d s\b/g, "0.0 s")
    .trim();

/** The picture under a command in a page. */
function picture(page: string, command: string): string {
  const [, text] = readFileSync(page, "utf8").split(`$ ${command}\n`);
  return tidy(text.slice(0, text.indexOf("\n```")));
}

beforeAll(async () => {
  printed = (await densely("train", PENGUINS, "--target", "species", "-o", MODEL)).both;
});

test("docs/program.md shows a training", () => {
  expect(picture("docs/program.md", "densely train penguins.csv --target species")).toBe(tidy(printed));
});

test("README.md shows parts of it", () => {
  const parts = picture("README.md", "npx densely train penguins.csv --target species").split("\n...\n");
  expect(parts).toHaveLength(2);
  for (const part of parts) expect(tidy(printed)).toContain(part);
});

test("docs/program.md shows an explanation", async () => {
  const row = file("row.json", '{ "island": "Biscoe", "bill_length_mm": 46.1, "flipper_length_mm": 211 }');
  const { stdout } = await densely("explain", MODEL, row);
  expect(picture("docs/program.md", "densely explain penguins.safetensors row.json")).toBe(tidy(stdout));
});

test("docs/program.md shows a comparison", async () => {
  const { stdout } = await densely("compare", PENGUINS, "--target", "body_mass_g");
  expect(picture("docs/program.md", "densely compare penguins.csv --target body_mass_g")).toBe(tidy(stdout));
});

test("docs/program.md has the help of train and the list of commands", () => {
  const page = readFileSync("docs/program.md", "utf8");
  for (const text of [HELP, helpOf("train")]) expect(page).toContain(text.trim());
});
