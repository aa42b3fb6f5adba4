/** A fit that is stopped goes on from its checkpoints to the bits of one that never was. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Classifier, type TableCheckpoint } from "../../src/table.js";

const csv = readFileSync("examples/penguins.csv", "utf8");
const make = () => new Classifier({ target: "species", epochs: 20, members: 3, seed: 5, recipe: "realmlp" });

test.each([
  [1, 10, [false]],
  [2, 1, [true, false]],
  [3, 20, [true, true, true]],
])("stopped in network %d after epoch %d", async (member, epoch, done) => {
  const [whole, cut, resumed] = [make(), make(), make()];
  await whole.fit(csv);
  const stop = new AbortController();
  const kept: TableCheckpoint[] = [];
  await cut.fit(csv, {
    signal: stop.signal,
    onEpoch: (report) => {
      if (report.member === member && report.epoch === epoch) stop.abort();
    },
    onCheckpoint: (checkpoint) => kept.push(checkpoint),
  });
  expect(kept.slice(0, member).map(({ isDone }) => isDone)).toEqual(done);
  // Networks without an epoch are no part of the model.
  expect(String(cut)).toContain(`${member} network`);
  await resumed.fit(csv, { resume: kept });
  expect(Buffer.from(resumed.save()).equals(Buffer.from(whole.save()))).toBe(true);
});
