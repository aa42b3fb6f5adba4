/** TensorFlow.js in Chromium, on the backend that it chooses there: webgl, or cpu where there is none. */

import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Browser, launch, type Page, serve } from "../../scripts/browsers.js";

/** The answer of the page for each case: the history and the weights of a fit, and the counts of densely. */
interface Answer {
  backend: string;
  own: [history: Record<string, number[]>, weights: number[]];
  accelerated: Answer["own"];
  report: { densely: number; tfjs: number; reasons: Record<string, number> };
}

const SCRIPT = `
import { accelerate } from "./densely.js";
const ROWS = 40;
const numbers = (count, phase) => Array.from({ length: count }, (_, i) => Math.sin(phase + 1.7 * i));
async function run(loss, outputs) {
  const { layers } = tf;
  const model = tf.sequential({ layers: [
    layers.batchNormalization({ inputShape: [6] }),
    layers.dense({ units: 8, activation: "relu" }),
    layers.dense({ units: 3, activation: outputs }),
  ] });
  model.compile({ optimizer: tf.train.adam(0.02), loss, metrics: ["accuracy"] });
  model.setWeights(model.getWeights().map((weight, i) => weight.rank > 1 ? tf.tensor(numbers(weight.size, i), weight.shape) : weight));
  const x = tf.tensor(numbers(6 * ROWS, 0), [ROWS, 6]);
  const y = tf.oneHot(tf.tensor1d(Array.from({ length: ROWS }, (_, r) => (r * 7) % 3), "int32"), 3);
  const seen = [];
  const { history } = await model.fit(x, y, {
    epochs: 5, batchSize: 8, verbose: 0, shuffle: false, validationSplit: 0.2,
    callbacks: { onEpochEnd: (epoch, logs) => void seen.push(logs.val_loss) },
  });
  return [{ ...history, seen }, model.getWeights().flatMap((weight) => Array.from(weight.dataSync()))];
}
globalThis.compare = async (loss, outputs) => {
  await tf.ready();
  const own = await run(loss, outputs);
  const acceleration = accelerate(tf);
  const accelerated = await run(loss, outputs);
  acceleration.undo();
  return { backend: tf.getBackend(), own, accelerated, report: acceleration.report };
};
globalThis.isReady = true;
`;

const folder = mkdtempSync("build/tfjs-page-");
let server: Awaited<ReturnType<typeof serve>>;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  copyFileSync("test/peers/node_modules/@tensorflow/tfjs/dist/tf.min.js", join(folder, "tf.js"));
  await build({
    entryPoints: ["src/tfjs.ts"],
    bundle: true,
    format: "esm",
    outfile: join(folder, "densely.js"),
    logLevel: "error",
  });
  writeFileSync(join(folder, "page.js"), SCRIPT);
  const scripts = '<script src="tf.js"></script><script type="module" src="page.js"></script>';
  writeFileSync(join(folder, "index.html"), `<!doctype html>${scripts}`);
  server = await serve(folder);
  browser = await launch("chrome");
  page = await browser.newPage();
  await page.goto(`${server.url}/`);
  await page.evaluate(
    "new Promise((done) => (function wait() { isReady ? done() : setTimeout(wait, 50); })())",
  );
});

afterAll(async () => {
  await browser?.close();
  server?.close();
  rmSync(folder, { recursive: true });
});

test.each([
  ["categoricalCrossentropy", "softmax"],
  ["categoricalHinge", "linear"],
  // A page with densely/tfjs alone has losses that the core names too.
  ["kullbackLeiblerDivergence", "softmax"],
])("%s has the numbers of TensorFlow.js", async (loss, outputs) => {
  const answer = await page.evaluate<Answer>(`compare(${JSON.stringify(loss)}, ${JSON.stringify(outputs)})`);
  expect(["webgl", "cpu"]).toContain(answer.backend);
  expect(answer.report).toEqual({ densely: 1, tfjs: 0, reasons: {} });
  const [[history, weights], [ownHistory, ownWeights]] = [answer.accelerated, answer.own];
  // The arithmetic of a graphics card is less exact.
  const digits = answer.backend === "webgl" ? 2 : 4;
  expect(Object.keys(history)).toEqual(Object.keys(ownHistory));
  for (const [name, values] of Object.entries(ownHistory)) {
    values.forEach((value, i) => {
      expect(history[name][i], name).toBeCloseTo(value, digits);
    });
  }
  ownWeights.forEach((value, i) => {
    expect(weights[i]).toBeCloseTo(value, digits);
  });
});
