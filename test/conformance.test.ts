/** The conformance suite on the sources, its table of hashes, and the names that its networks cover. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pages, renew } from "../scripts/hashes.js";
import { vocabulary } from "../scripts/vocabulary.js";
import * as article from "../src/article.js";
import * as formats from "../src/formats.js";
import * as densely from "../src/index.js";
import { lbfgs } from "../src/lbfgs.js";
import { relaxed } from "../src/relaxed.js";
import { HASHES } from "./conformance/expected.js";
import { totalOf } from "./conformance/hash.js";
import { conform } from "./conformance/suite.js";
import * as written from "./conformance/vocabulary.js";

test("the library conforms, and every network ends with the expected weights", async () => {
  const { failures } = await conform({
    densely: { ...densely, lbfgs },
    article,
    relaxed,
    formats,
    files: undefined,
  });
  expect(failures).toEqual([]);
});

test("the pages show the hash of all weights", async () => {
  const texts = pages().map((page) => readFileSync(page, "utf8"));
  expect(texts.join("\n")).toContain(`\`${await totalOf(HASHES)}\``);
});

/** Weights of networks whose numbers were wrong when one hash stood for all networks: see CHANGELOG.md. */
const BEFORE: Readonly<Record<string, string>> = {
  "layer batchNorm": "adeb6915c0f8acf7a6472548160ed49015d1eef45876eaa77fd5f7a2b7545550",
  "layer layerNorm": "8265fdb026ee8b431b1524a9362b35f0f232b853afbf5e761d3d3d50be9a28dc",
  "optimizer nadam {}": "3d84f95697812f43592632fdb6f82a10cb13b9ef46c52f7711ab0a1b39cf9b6d",
  "digits, batch full": "1963c41c88c240aad322aada99258a56b105660037676f7c2195fe61320605cc",
};

test("the first 73 networks, except the corrected ones, have the weights of that time", () => {
  const first = Object.entries(HASHES).slice(0, 73);
  const lines = first.map(([name, hash]) => BEFORE[name] ?? hash).join("\n");
  const hash = createHash("sha256").update(lines).digest("hex");
  expect(hash).toBe("0d14b7869b2b1b4b2059062678c617baafb1de81aadd1c52a680a4f17fe57319");
});

describe("npm run conformance", () => {
  const expected = { tanh: "a1", relu: "b2" };

  test("adds new networks behind the others", () => {
    const { hashes, added, changed } = renew(expected, { gelu: "c3", tanh: "a1", relu: "b2" }, []);
    expect(Object.entries(hashes)).toEqual([...Object.entries(expected), ["gelu", "c3"]]);
    expect([added, changed]).toEqual([["gelu"], []]);
  });

  test("refuses other weights, and a network that is gone, unless it is named", () => {
    const measured = { relu: "b3", gelu: "c3" };
    expect(() => renew(expected, measured, [])).toThrow("--change 'tanh' --change 'relu'");
    expect(() => renew(expected, measured, ["relu"])).toThrow(/--change 'tanh'$/);
    expect(renew(expected, measured, ["tanh", "relu"]).hashes).toEqual({ relu: "b3", gelu: "c3" });
  });

  test("refuses the name of a network whose weights are as expected", () => {
    expect(() => renew(expected, expected, ["relu"])).toThrow("relu");
  });
});

test("the fixed networks have every name of the vocabulary: else run npm run conformance", () => {
  expect({ ...written }).toEqual(vocabulary);
});
