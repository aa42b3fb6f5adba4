/** The parts of a page, in Chromium: their layout, their words, what the pointer shows, and the examples of docs/ui.md. */

import { existsSync, readFileSync } from "node:fs";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Browser, launch, type Page } from "../../scripts/browsers.js";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const canRun = existsSync(CHROMIUM) && existsSync(".ci/node_modules/puppeteer-core");

const BODY = `
  <body style="margin: 0; width: 600px; font: 16px sans-serif">
    <div id="progress"></div><div id="chart"></div><div id="network"></div>
  </body>`;

describe.runIf(canRun)("in a page", () => {
  let browser: Browser;
  let page: Page;

  /** Runs the body of an async function in the page, which knows the doors, elements by id and frame(). */
  const run = <T>(body: string): Promise<T> =>
    page.evaluate(`(async () => {
      const { densely, ui } = doors;
      const at = (id) => document.getElementById(id);
      const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const x = [[0, 0], [0, 1], [1, 0], [1, 1]];
      const y = [0, 1, 1, 0];
      ${body}
    })()`);

  beforeAll(async () => {
    const contents = `export * as densely from "./src/index.ts"; export * as ui from "./src/ui.ts";`;
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: "." },
      bundle: true,
      format: "iife",
      globalName: "doors",
      write: false,
    });
    browser = await launch("chrome");
    page = await browser.newPage();
    await page.goto("about:blank");
    await page.evaluate(`document.documentElement.innerHTML = ${JSON.stringify(BODY)}`);
    await page.evaluate(outputFiles[0].text.replace("var doors =", "globalThis.doors ="));
  });
  afterAll(() => browser?.close());

  test("progress: a bar with its value in words, and one line of numbers", async () => {
    const [half, end] = await run<Record<string, string>[]>(`
      const bar = ui.progress(at("progress"), { label: "XOR" });
      const states = [];
      const look = () => {
        const [role, words] = at("progress").children;
        const [track, fill] = role.children;
        states.push({
          ...Object.fromEntries(Array.from(role.attributes, ({ name, value }) => [name, value])),
          share: fill.getBoundingClientRect().width / track.getBoundingClientRect().width,
          words: words.textContent,
        });
      };
      bar.onEpoch({ epoch: 5, epochs: 10, loss: 0.5, valLoss: 0.25, seconds: 2, samplesPerSecond: 1234.5 });
      await frame();
      look();
      bar.onTrainEnd();
      await frame();
      look();
      return states;`);
    expect(half).toMatchObject({
      role: "progressbar",
      "aria-label": "XOR",
      "aria-valuemin": "0",
      "aria-valuemax": "100",
      "aria-valuenow": "50",
      // A first report at epoch 5 is that of a fit that was resumed: one epoch took 2 s.
      "aria-valuetext": "epoch 5 of 10, 10 s left",
      share: 0.5,
      words: "epoch 5 of 10 · 10 s left · loss 0.5000 · validation loss 0.2500 · 1,235 rows/s",
    });
    expect(end).toMatchObject({ "aria-valuenow": "100", share: 1 });
    expect(end.words).toMatch(/^5 of 10 epochs in 2\.\d s · loss 0\.5000 · validation loss 0\.2500$/);
  });

  test("a real fit with all of them: the last numbers are those of its history", async () => {
    const found = await run<Record<string, string> & { loss: number; weight: number }>(`
      const network = new densely.Network({ inputs: 2, layers: [densely.dense(4, "tanh"), densely.dense(1, "sigmoid")] });
      const callbacks = ui.together([
        ui.progress(at("progress"), { batches: true }), ui.chart(at("chart")), ui.network(at("network"), network),
      ]);
      const history = await network.fit(x, y, { epochs: 40, batchSize: 2, ...callbacks });
      await frame();
      await frame();
      const titles = Array.from(at("network").querySelectorAll("line title"), ({ textContent }) => textContent);
      return {
        words: at("progress").textContent,
        legend: at("chart").firstChild.textContent,
        label: at("chart").querySelector("svg").ariaLabel,
        picture: at("network").querySelector("svg").ariaLabel,
        lines: titles.length,
        title: titles.find((title) => title.startsWith("W1[3][1] ")),
        loss: history.loss.at(-1),
        first: history.loss[0],
        weight: network.getParams().W1[7],
      };`);
    const loss = `loss ${found.loss.toFixed(4)}`;
    expect(found.words).toMatch(/^40 epochs in \d\.\d s · loss \d\.\d{4}$/);
    expect(found.words).toContain(loss);
    expect(found.legend).toBe(`${loss}epoch 40`);
    expect(found.label).toBe(
      `Epochs 1 to 40 of 40: loss from ${Number(found.first).toFixed(4)} to ${found.loss.toFixed(4)}`,
    );
    expect(found.picture).toBe("Network of 2 inputs, 4 tanh, 1 sigmoid");
    expect(found.lines).toBe(12);
    expect(found.title).toBe(`W1[3][1] = ${found.weight.toFixed(4)}`);
  });

  test("chart: fits its element, follows its width, and shows the epoch under the pointer", async () => {
    const found = await run<{ widths: number[]; overflows: string[]; words: string[]; dashes: string[] }>(`
      const { onEpoch } = ui.chart(at("chart"), { height: 150 });
      for (let epoch = 1; epoch <= 50; epoch++) onEpoch({ epoch, epochs: 20000, loss: 1 / epoch, valLoss: 2 / epoch });
      await frame();
      const svg = () => at("chart").querySelector("svg");
      const widths = [svg().getBoundingClientRect().width];
      const outside = (box, { left, right, top, bottom }) =>
        left < box.left - 1 || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1;
      const overflows = Array.from(svg().children)
        .filter((part) => outside(svg().getBoundingClientRect(), part.getBoundingClientRect()))
        .map((part) => part.outerHTML);
      document.body.style.width = "300px";
      await frame();
      widths.push(svg().viewBox.baseVal.width);
      widths.push(svg().getBoundingClientRect().width);
      const words = [at("chart").firstChild.textContent];
      const { left, top } = svg().getBoundingClientRect();
      const [start] = svg().querySelector("path").getAttribute("d").match(/[\\d.]+/);
      svg().dispatchEvent(new PointerEvent("pointermove", { clientX: left + Number(start) - 3, clientY: top + 20 }));
      await frame();
      words.push(at("chart").firstChild.textContent);
      svg().dispatchEvent(new PointerEvent("pointerleave"));
      await frame();
      words.push(at("chart").firstChild.textContent);
      const dashes = Array.from(svg().querySelectorAll("path"), (path) => path.style.strokeDasharray);
      return { widths, overflows, words, dashes };`);
    expect(found.widths).toEqual([600, 300, 300]);
    expect(found.overflows).toEqual([]);
    expect(found.words).toEqual([
      "loss 0.0200validation loss 0.0400epoch 50",
      "loss 1.0000validation loss 2.0000epoch 1",
      "loss 0.0200validation loss 0.0400epoch 50",
    ]);
    expect(found.dashes).toEqual(["", "5, 3"]);
  });

  test("many epochs are drawn once", async () => {
    const frames = await run<number>(`
      const { onEpoch } = ui.chart(at("chart"));
      const { requestAnimationFrame } = window;
      let frames = 0;
      window.requestAnimationFrame = (draw) => (frames++, requestAnimationFrame.call(window, draw));
      for (let epoch = 1; epoch <= 1000; epoch++) onEpoch({ epoch, epochs: 1000, loss: 1 / epoch });
      window.requestAnimationFrame = requestAnimationFrame;
      return frames;`);
    expect(frames).toBe(1);
  });

  test("network: wide weights are large, and colours are those of the page", async () => {
    const found = await run<{ widths: string[]; colours: string[] }>(`
      document.body.style.setProperty("--densely-second", "rgb(1, 2, 3)");
      document.body.style.setProperty("--densely-positive", "rgb(4, 5, 6)");
      const network = new densely.Network([2, 1]);
      network.setParams({ W1: [1, -2], b1: [0.25] });
      ui.network(at("network"), network);
      const lines = Array.from(at("network").querySelectorAll("line"), (line) => getComputedStyle(line));
      return { widths: lines.map((line) => line.strokeWidth), colours: lines.map((line) => line.stroke) };`);
    expect(found).toEqual({ widths: ["3px", "6px"], colours: ["rgb(4, 5, 6)", "rgb(1, 2, 3)"] });
  });

  const examples = readFileSync("docs/ui.md", "utf8").matchAll(/```js page\n(.*?)```\n\n```text\n(.*?)```/gs);
  test.each(Array.from(examples, ([, code, output]) => [code, output]))("%s", async (code, output) => {
    const body = code.replace(
      /import (.*) from "densely(?:\/(\w+))?";/g,
      (_, names, door = "densely") => `const ${names} = ${door};`,
    );
    expect(
      await run(
        `const lines = []; { const console = { log: (line) => lines.push(line + "\\n") }; ${body} } return lines.join("");`,
      ),
    ).toBe(output);
  });
});
