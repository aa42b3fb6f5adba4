/** The bar, on a screen and a clock of the test. */

import { expect, test } from "vitest";
import { Bar } from "../../src/cli/output/bar.js";
import { plain } from "../../src/cli/output/plain.js";

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
    (member) => `network ${member}/2`,
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

test("texts of files cannot move the cursor", () => {
  expect(plain("a\x1b[2Jb\x07\u202e\nc")).toBe("a\\x1b[2Jb\\x07\\x202e\nc");
});
