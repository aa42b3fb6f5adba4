/** npm run classify: classifies test digits with the network that npm start saved. */

import { existsSync, readFileSync } from "node:fs";
import { Network } from "densely";
import { testDigits } from "./digits.js";
import { gallery } from "./gallery.js";
import { fail, readCommandLine, whole } from "./options.js";

const USAGE = `npm run classify -- [options] [index...]
  index    index of a test digit, from 0 to 9999
  --count  number of digits if no index is given  default 10`;

const { values, positionals } = readCommandLine(USAGE, {
  allowPositionals: true,
  options: { count: { type: "string", default: "10" } },
});
const count = whole("--count", values.count, 1, 10_000);
const indices = positionals.map((text) => whole("index", text, 0, 9_999));

const file = new URL("mnist.model.json", import.meta.url);
if (!existsSync(file)) fail("examples/mnist.model.json does not exist: run npm start first.");
const network = Network.fromJSON(readFileSync(file, "utf8"));

const test = testDigits();
console.log(
  gallery(network, test, indices.length > 0 ? indices : Array.from({ length: count }, (_, i) => i)),
);
const { accuracy = 0 } = network.evaluate(test.pixels, test.labels, { metrics: ["accuracy"] });
console.log(`\nTest accuracy ${(100 * accuracy).toFixed(2)} % of 10,000 digits.`);
