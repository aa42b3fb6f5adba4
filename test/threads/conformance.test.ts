/** The networks of the conformance suite, on several threads: the hashes of one thread. */

import { expect, test } from "vitest";
import * as article from "../../src/article.js";
import * as densely from "../../src/index.js";
import { lbfgs } from "../../src/lbfgs.js";
import { differences, hashWeights } from "../conformance/hash.js";
import { threadedClass } from "./forced.js";

// More of them wait for cores on most machines; networks.test.ts has five on small networks.
test.each([2, 3])("%s threads", async (count) => {
  const library = { densely: { ...densely, lbfgs }, article, Network: threadedClass(count) };
  expect(differences(await hashWeights(library))).toEqual([]);
});
