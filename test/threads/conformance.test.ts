/** The networks of the conformance suite, on several threads: the hashes of one thread. */

import { expect, test } from "vitest";
import * as article from "../../src/article.js";
import * as densely from "../../src/index.js";
import { lbfgs } from "../../src/lbfgs.js";
import { differences, hashWeights } from "../conformance/hash.js";
import { threadedClass } from "./forced.js";

// Three share rows unevenly; networks.test.ts has two and five, on random networks.
test("three threads", async () => {
  const library = { densely: { ...densely, lbfgs }, article, Network: threadedClass(3) };
  expect(differences(await hashWeights(library))).toEqual([]);
});
