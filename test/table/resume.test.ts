/** A fit that is stopped goes on from its checkpoints to the bits of one that never was. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Classifier, type TableCheckpoint } from "../../src/table.js";

const csv = readFileSync("examples/penguins.csv", "utf8");
const make = (recipe: "realmlp" | "starts" = "realmlp") =>
  new Classifier({ target: "species", epochs: 20, members: 3, seed: 5, recipe });

/** Stops a fit after an epoch of a network. @returns what it has kept, and the stopped model in a line */
async function stopAfter(model: Classifier, member: number, epoch: number) {
  const stop = new AbortController();
  const kept: TableCheckpoint[] = [];
  await model.fit(csv, {
    signal: stop.signal,
    onEpoch: (report) => {
      if (report.member === member && report.epoch === epoch) stop.abort();
    },
    onCheckpoint: (checkpoint) => kept.push(checkpoint),
  });
  return { kept, line: String(model) };
}

test.each([
  [1, 10, [false]],
  [2, 1, [true, false]],
  [3, 20, [true, true, true]],
])("stopped in network %d after epoch %d", async (member, epoch, done) => {
  const [whole, cut, resumed] = [make(), make(), make()];
  await whole.fit(csv);
  const { kept, line } = await stopAfter(cut, member, epoch);
  expect(kept.slice(0, member).map(({ isDone }) => isDone)).toEqual(done);
  // Networks without an epoch are no part of the model.
  expect(line).toContain(`${member} network`);
  await resumed.fit(csv, { resume: kept });
  expect(Buffer.from(resumed.save()).equals(Buffer.from(whole.save()))).toBe(true);
});

test.each([
  ["tuning", 2, 10, 2],
  ["the members", 7, 5, 2],
])("stopped in %s, with the networks that there are", async (_, member, epoch, networks) => {
  const [whole, cut, resumed] = [make("starts"), make("starts"), make("starts")];
  await whole.fit(csv);
  const { kept, line } = await stopAfter(cut, member, epoch);
  expect(line).toContain(`${networks} network`);
  expect(cut.evaluate(csv).rows).toBe(344);
  await resumed.fit(csv, { resume: kept });
  expect(Buffer.from(resumed.save()).equals(Buffer.from(whole.save()))).toBe(true);
});
