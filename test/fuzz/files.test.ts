/** Files and texts of networks, changed in every way: refused by name, or a network that works, in bounded memory and time. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { DenselyError, Network } from "../../src/index.js";
import { generator } from "../helpers.js";
import { CHANGES } from "./changes.js";
import { KINDS, type Kind } from "./files.js";
import { bounded, faultOf, illness, tryAll } from "./oracle.js";

/** A file, and what was done to it. */
interface File {
  kind: Kind;
  changes: (keyof typeof CHANGES)[];
  seed: number;
}
const names = Object.keys(CHANGES);
const file: fc.Arbitrary<File> = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    changes: fc.array(
      fc.oneof(
        { weight: 2, arbitrary: fc.constant("JSON changed") },
        { weight: 1, arbitrary: fc.constantFrom(...names) },
      ),
      { minLength: 1, maxLength: 3 },
    ),
    seed: fc.nat(),
  })
  .map((made) =>
    Object.assign(made, {
      [fc.toStringMethod]: () => `${made.kind.name}, ${made.changes.join(", ")}, seed ${made.seed}`,
    }),
  );

/** The pages that all cores have taken. */
let grown = 0;
const { grow } = WebAssembly.Memory.prototype;
WebAssembly.Memory.prototype.grow = function (pages) {
  grown += pages;
  return grow.call(this, pages);
};

/** Bytes of a core, and times the size of a file, that reading it may take. */
const BASE = 4 * 2 ** 20;
const TIMES = 64;
/** Seconds that reading may take, and megabytes of the process that it may add. */
const SLOW = 30;
const MOST = 150;

async function judge(made: File): Promise<string | undefined> {
  const { kind, changes, seed } = made;
  const numbers = generator(seed);
  let { bytes } = kind;
  for (const name of changes) bytes = CHANGES[name](bytes, numbers);
  const start = performance.now();
  const peak = process.resourceUsage().maxRSS;
  grown = 0;
  let network: Network | undefined;
  let fault: string | undefined;
  try {
    network = await bounded(fc.stringify(made), () => kind.read(bytes));
  } catch (error) {
    fault = faultOf(error);
  }
  if (grown * 65536 > BASE + TIMES * bytes.length)
    return `a file of ${bytes.length} bytes takes ${grown * 65536} of memory`;
  if ((process.resourceUsage().maxRSS - peak) / 1024 > MOST) return "reading it takes very much memory";
  if (performance.now() - start > SLOW * 1000)
    return `reading it takes ${Math.round(performance.now() - start)} ms`;
  return fault ?? (network && (await judgeNetwork(network)));
}

/** The fault of a network that was read, if anything is. */
async function judgeNetwork(network: Network): Promise<string | undefined> {
  const sick = illness(network);
  if (sick) return sick;
  try {
    // It can be written, read and trained on, in few steps; its rows may be of another width now.
    Network.load(network.save());
    Network.resume(network.checkpoint());
  } catch (error) {
    return `what was read cannot be written and read again: ${(error as Error).message}`;
  }
  const { inputs } = network.spec;
  const rows = Float32Array.from({ length: 8 * inputs }, (_, i) => Math.sin(i));
  const width = network.spec.layers.reduce(
    (width, layer) => (layer.type === "dense" ? layer.units : width),
    inputs,
  );
  if (8 * Math.max(width, inputs) > 1e5 || network.spec.layers.length > 50) return undefined;
  try {
    const targets = new Float32Array(8 * width).fill(1);
    const isLbfgs = network.spec.optimizer.type === "lbfgs";
    await bounded("training on what was read", () =>
      network.fitSync(rows, targets, {
        maxSteps: isLbfgs ? 1 : 5,
        epochs: 5,
        batchSize: isLbfgs ? "full" : 2,
      }),
    );
  } catch (error) {
    const fault = faultOf(error);
    if (fault) return `training on what was read: ${fault}`;
  }
  return illness(network);
}

test(
  "a changed file is refused by name or read, in bounded memory and time",
  () => tryAll(1, file, judge),
  3_600_000,
);

test("an unchanged file is read", async () => {
  for (const { read, bytes } of KINDS) expect(read(bytes)).toBeInstanceOf(Network);
  expect(() => KINDS[0].read(KINDS[0].bytes.slice(1))).toThrow(DenselyError);
});
