/** The course of a fit in a terminal: the bar on a screen and a clock of the test, and progress() in real ones. */

import { spawnSync } from "node:child_process";
import { describe, expect, test, vi } from "vitest";
import { Network, SpecError } from "../../src/index.js";
import { Bar } from "../../src/node/bar.js";
import { progress, together } from "../../src/node.js";
import { duration, measureText } from "../../src/record/course-text.js";
import { Classifier } from "../../src/table.js";
import { bundle } from "../bundle.js";

/** Lines that a terminal shows: a carriage return goes back to the start of the line, \x1b[K clears the rest of it. */
function shown(text: string): string[] {
  const lines = [""];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal follows.
  for (const [part] of text.matchAll(/\r|\n|\x1b\[K|\x1b\[\d+m|[^\r\n\x1b]+/g)) {
    if (part === "\n") lines.push("");
    else if (part === "\r") lines[lines.length - 1] = "";
    else if (!part.startsWith("\x1b")) lines[lines.length - 1] += part;
  }
  return lines;
}

function course(isTTY: boolean, columns = 120, epochs = 4) {
  let [text, time] = ["", 0];
  const screen = { isTTY, columns, write: (part: string) => (text += part) };
  const bar = new Bar(
    screen,
    ({ member }) => `network ${member}/2`,
    () => true,
    () => time,
  );
  for (const member of [1, 2]) {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      time += 500;
      bar.show({
        member,
        members: 2,
        epoch,
        epochs,
        loss: 1 / epoch,
        valLoss: 2 / epoch,
        seconds: 0.5,
        samplesPerSecond: 12345.6,
        learningRate: 0.1,
      });
      if (member === 2 && epoch === 2) return text;
    }
  }
  return text;
}

test("shows a line for each finished network, and share, time left, losses and rate of the next", () => {
  // 6 of 8 epochs took 3 s: the other 2 take 1 s.
  expect(shown(course(true))).toEqual([
    "network 1/2  4 epochs  2.0 s  loss 0.2500  validation loss 0.5000",
    `${"━".repeat(15)}${"─".repeat(5)}  75 %  network 2/2  epoch 2/4  1.0 s left  loss 0.5000  validation loss 1.0000  12,346 rows/s`,
  ]);
});

test.each([10, 30, 40, 80, 100])("a bar fits a terminal of %d columns, without half words", (columns) => {
  const line = shown(course(true, columns)).at(-1) ?? "";
  expect(line.length).toBeLessThan(Math.max(columns, 21));
  expect(line).toMatch(/(─| %|network 2\/2|epoch 2\/4|s left|loss \d\.\d{4})$/);
});

test("is lines alone where there is no terminal, one for some seconds", () => {
  const text = course(false, 120, 24);
  for (const control of ["\r", "\x1b"]) expect(text).not.toContain(control);
  // 24 epochs of half a second: a line after 10 s, and one at the end.
  expect(text.trim().split("\n")).toEqual([
    "network 1/2  epoch 20/24  14 s left  loss 0.0500  validation loss 0.1000  12,346 rows/s",
    "network 1/2  24 epochs  12 s  loss 0.0417  validation loss 0.0833",
  ]);
});

test("a fit that is resumed is timed by the epochs that it makes", () => {
  let [text, time] = ["", 0];
  const bar = new Bar(
    { isTTY: true, columns: 80, write: (part) => (text += part) },
    () => "",
    () => true,
    () => time,
  );
  for (const epoch of [9, 10]) {
    time += 1000;
    bar.show({ epoch, epochs: 16, loss: 0.5 });
  }
  // Two epochs took 2 s, so the other six take 6 s.
  expect(shown(text).at(-1)).toContain(" 62 %  epoch 10/16  6.0 s left  loss 0.5000");
});

test("within an epoch the bar shows the mean loss and the rate of its batches", () => {
  let [text, time] = ["", 0];
  const bar = new Bar(
    { isTTY: true, columns: 80, write: (part) => (text += part) },
    () => "",
    () => true,
    () => time,
  );
  const batch = { epoch: 1, epochs: 2, batches: 4, step: 0 };
  bar.showBatch({ ...batch, batch: 1, rows: 30, loss: 1 });
  time += 1000;
  bar.showBatch({ ...batch, batch: 2, rows: 10, loss: 2 });
  // (30 · 1 + 10 · 2) / 40, 40 rows in a second, and a quarter of the epochs in a second.
  expect(shown(text).at(-1)).toContain(" 25 %  epoch 1/2  3.0 s left  loss 1.2500  40 rows/s");
});

test("measures", () => {
  expect([0, 0.25, 0.001, 0.000123, -0.00025].map(measureText)).toEqual([
    "0.0000",
    "0.2500",
    "0.0010",
    "1.2e-4",
    "-2.5e-4",
  ]);
});

test("durations", () => {
  expect([0.44, 9.96, 119.4, 119.6, 3725, 7199, 7260].map(duration)).toEqual([
    ...["0.4 s", "10 s", "119 s", "2 min 0 s", "62 min 5 s", "119 min 59 s", "2 h 1 min"],
  ]);
});

const x = [[0, 0], [0, 1], [1, 0], [1, 1]]; // biome-ignore format: one line
const y = [0, 1, 1, 0];

describe("progress", () => {
  function written(isTTY: boolean) {
    const screen = { text: "", isTTY, columns: 120, write: (part: string) => (screen.text += part) };
    return screen;
  }

  test("leaves a line of each fit, with the epochs of one that ends early", async () => {
    const stream = written(true);
    const callbacks = progress({ stream });
    await new Network([2, 4, 1]).fit(x, y, { epochs: 30, metrics: ["accuracy"], ...callbacks });
    const stop = { onEpoch: ({ epoch }: { epoch: number }) => epoch < 3 };
    await new Network([2, 4, 1]).fit(x, y, { epochs: 30, ...together([callbacks, stop]) });
    const lines = shown(stream.text);
    expect(lines[0]).toMatch(/^30 epochs {2}\d\.\d s {2}loss \d\.\d{4} {2}accuracy \d\.\d{4}$/);
    expect(lines[1]).toMatch(/^3 of 30 epochs {2}\d\.\d s {2}loss \d\.\d{4}$/);
    expect(lines.slice(2)).toEqual([""]);
  });

  test("follows the batches if asked to", async () => {
    const stream = written(true);
    await new Network([2, 4, 1]).fit(x, y, { batchSize: 1, ...progress({ stream, batches: true }) });
    expect(shown(stream.text.split("\r")[1])).toEqual([
      expect.stringMatching(/^━{5}─{15} {2}25 % {2}epoch 1\/1 {2}.*loss/),
    ]);
  });

  test("shows the networks of an estimator", async () => {
    const stream = written(false);
    const rows = Array.from({ length: 40 }, (_, r) => ({ size: r, kind: r < 20 ? "small" : "large" }));
    const model = new Classifier({ target: "kind", members: 2, epochs: 3 });
    await model.fit(rows, { ...progress({ stream }) });
    expect(stream.text.trim().split("\n")).toEqual([
      expect.stringMatching(/^network 1\/2 {2}(\d of )?3 epochs/),
      expect.stringMatching(/^network 2\/2 {2}(\d of )?3 epochs/),
    ]);
    // One that is stopped has a line at the end too.
    const cut = written(false);
    const stop = { onEpoch: ({ epoch }: { epoch: number }) => epoch < 2 };
    await model.fit(rows, { ...together([progress({ stream: cut }), stop]) });
    expect(cut.text).toMatch(/^network 1\/2 {2}2 of 3 epochs.*\n$/);
  });

  test("writes to the standard error, and refuses what is no stream", () => {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    progress().onEpoch({ epoch: 1, epochs: 1, loss: 1 });
    expect(write.mock.calls.join()).toContain("1 epochs");
    write.mockRestore();
    expect(() => progress({ stream: {} as never })).toThrow(SpecError);
  });
});

const hasScript = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux");

/** A fit of 4,000 epochs, with output after it. */
const program = bundle({
  text: `
    import { Network } from "./src/index.ts";
    import { progress } from "./src/node.ts";
    await new Network([2, 4, 1]).fit(${JSON.stringify(x)}, ${JSON.stringify(y)}, { epochs: 4000, ...progress() });
    console.log("done");`,
});

/** Runs the program in a terminal. */
function inTerminal(env: Record<string, string>): string {
  const command = `${process.execPath} ${program}`;
  const options = { encoding: "utf8", env: { ...process.env, TERM: "xterm", ...env } } as const;
  return spawnSync("script", ["-qec", command, "/dev/null"], options).stdout;
}

test.runIf(hasScript)("a terminal shows a bar in place, and colours without NO_COLOR", () => {
  const coloured = inTerminal({ NO_COLOR: "" });
  expect(coloured).toContain("\r\u001b[36m");
  expect(shown(coloured.replaceAll("\r\n", "\n"))).toEqual([
    expect.stringMatching(/^4000 epochs {2}/),
    "done",
    "",
  ]);
  const plain = inTerminal({ NO_COLOR: "1" });
  expect(plain).toMatch(/\r[━─]{20} +\d+ % {2}epoch \d+\/4000 {2}/);
  expect(plain.replaceAll("\u001b[K", "")).not.toContain("\u001b");
});
