/** Draws digits with block characters, each above the network's answer. */

import type { Network } from "densely";
import { type Digits, SIDE } from "./digits.js";

/** A character for each set of black quarters: upper left 1, upper right 2, lower left 4, lower right 8. */
const QUARTERS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█";
const INK = 96;

const WIDTH = SIDE / 2;
const HEIGHT = SIDE / 4;
const ACROSS = 5;

/** A digit as HEIGHT lines of WIDTH characters. A quarter of a character is two pixels, one above the other. */
function draw(pixels: Uint8Array): string[] {
  const isBlack = (x: number, y: number) => pixels[y * SIDE + x] + pixels[(y + 1) * SIDE + x] >= 2 * INK;
  const character = (x: number, y: number) =>
    QUARTERS[
      Number(isBlack(x, y)) +
        2 * Number(isBlack(x + 1, y)) +
        4 * Number(isBlack(x, y + 2)) +
        8 * Number(isBlack(x + 1, y + 2))
    ];
  return Array.from({ length: HEIGHT }, (_, line) =>
    Array.from({ length: WIDTH }, (_, column) => character(2 * column, 4 * line)).join(""),
  );
}

function center(text: string): string {
  return text.padStart((WIDTH + text.length) / 2).padEnd(WIDTH);
}

/** The digits at these indices, five side by side, with the network's answer and its probability. */
export function gallery(network: Network, { pixels, labels }: Digits, indices: readonly number[]): string {
  const digits = indices.map((i) => pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE));
  const probabilities = network.predict(digits);
  const answers = network.predictClasses(digits);
  const cells = digits.map((digit, i) => {
    const label = labels[indices[i]];
    const answer = answers[i] === label ? `${label}` : `${answers[i]}, not ${label}`;
    const percent = (100 * probabilities[10 * i + answers[i]]).toFixed(1);
    return [...draw(digit), center(answer), center(`${percent} %`)];
  });
  const lines: string[] = [];
  for (let first = 0; first < cells.length; first += ACROSS) {
    const row = cells.slice(first, first + ACROSS);
    row[0].forEach((_, line) => {
      lines.push(
        row
          .map((cell) => cell[line])
          .join("  ")
          .trimEnd(),
      );
    });
  }
  return lines.join("\n");
}
