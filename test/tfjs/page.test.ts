/** docs/from-tensorflow.md: what stands on the right of its table runs. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as densely from "../../src/index.js";

const PAGE = readFileSync("docs/from-tensorflow.md", "utf8");
const [, TABLE] = /\| TensorFlow\.js \| densely \|\n(.*?)\n\n/s.exec(PAGE) ?? [];
const CELLS = [...TABLE.matchAll(/^\| `(.*?)` \| `(.*?)`/gm)].map(([, left, right]) => [left, right]);

const ROWS = 12;
const x = Array.from({ length: ROWS }, (_, r) => [r % 3, (r * 5) % 4, r / ROWS, 1]);
const y = Array.from({ length: ROWS }, (_, r) => r % 3);

test("has the entries that programs use most", () => {
  expect(CELLS.length).toBeGreaterThanOrEqual(20);
});

test.each(CELLS)("%s is %s", async (_, code) => {
  const { Network, dense } = densely;
  const options = {
    inputs: 4,
    layers: [dense(5, "relu"), dense(3, "softmax")],
    loss: "cce",
    optimizer: "adam",
  };
  const network = new Network(options as ConstructorParameters<typeof Network>[0]);
  const store = { name: JSON.stringify(network) };
  const localStorage = {
    setItem: (key: "name", text: string) => {
      store[key] = text;
    },
    getItem: (key: "name") => store[key],
  };
  const scope = { ...densely, ...options, network, x, y, localStorage };
  const run = new Function(...Object.keys(scope), `return (async () => ${code.replace(/^await /, "")})()`);
  await run(...Object.values(scope));
});
