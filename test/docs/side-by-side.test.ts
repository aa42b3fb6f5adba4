/** The pages for users of other libraries: what stands on the right of their tables runs. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as explain from "../../src/explain.js";
import * as densely from "../../src/index.js";
import * as lbfgs from "../../src/lbfgs.js";
import * as search from "../../src/search.js";

/** The rows of the table whose heading names the library and densely: page, left and right. */
function cellsOf([file, library]: readonly [string, string]): [string, string, string][] {
  const page = readFileSync(`docs/${file}`, "utf8");
  const start = page.indexOf(`| ${library} | densely |\n`);
  const table = page.slice(start, page.indexOf("\n\n", start));
  return [...table.matchAll(/^\| (.*?) \| `(.*?)`/gm)].map(([, left, right]) => [file, left, right]);
}

const PAGES = [
  ["from-tensorflow.md", "TensorFlow.js"],
  ["from-keras.md", "Keras"],
  ["from-scikit-learn.md", "scikit-learn"],
] as const;

const ROWS = 12;
const x = Array.from({ length: ROWS }, (_, r) => [r % 3, (r * 5) % 4, r / ROWS, 1]);
const y = Array.from({ length: ROWS }, (_, r) => r % 3);

test.each(PAGES)("%s has the entries that programs use most", (...page) => {
  expect(cellsOf(page).length).toBeGreaterThanOrEqual(20);
});

test.each(PAGES.flatMap(cellsOf))("%s: %s is %s", async (_page, _left, code) => {
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
  const scope = { ...densely, ...explain, ...lbfgs, ...search, ...options, network, x, y, localStorage };
  const run = new Function(...Object.keys(scope), `return (async () => ${code})()`);
  await run(...Object.values(scope));
});
