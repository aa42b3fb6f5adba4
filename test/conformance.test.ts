/** The conformance suite on the sources, and whether it covers the whole vocabulary. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as article from "../src/article.js";
import * as formats from "../src/formats.js";
import * as densely from "../src/index.js";
import { ACTIVATIONS, LOSSES } from "../src/model/names.js";
import { relaxed } from "../src/relaxed.js";
import { HASH } from "./conformance/expected.js";
import { conform } from "./conformance/suite.js";
import * as vocabulary from "./conformance/vocabulary.js";

test("the library conforms, and the weights hash to the constant", async () => {
  const { failures } = await conform({ densely, article, relaxed, formats, files: undefined });
  expect(failures).toEqual([]);
});

test("README.md shows the hash", () => {
  expect(readFileSync("README.md", "utf8")).toContain(`\`${HASH}\``);
});

describe("the fixed networks have every", () => {
  test("function of the library but the one that checks", () => {
    const { layers, optimizers, schedules } = vocabulary;
    const kinds = [layers, optimizers, schedules].flatMap((kind) => Object.keys(kind));
    expect(
      Object.keys(densely)
        .filter((name) => /^[a-z]/.test(name))
        .sort(),
    ).toEqual([...kinds, "checkGradients"].sort());
  });
  test("activation", () => expect(vocabulary.activations).toEqual(ACTIVATIONS));
  test("loss", () => expect(Object.keys(vocabulary.losses)).toEqual(LOSSES));
});
