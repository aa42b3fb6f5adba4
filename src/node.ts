/** densely/node: networks in files. */

import { readFileSync } from "node:fs";
import { FormatError } from "./errors.js";
import type { MathBuild } from "./machine/build.js";
import { Network } from "./network/network.js";
import { replaceFile } from "./node/write.js";

/**
 * Writes what network.save() returns to a file, at once and as a whole: a process that ends at any moment leaves the old
 * file or the new one, never a part.
 */
export function saveFile(network: Network, path: string): void {
  replaceFile(path, network.save());
}

/** What goes to `onCheckpoint` of fit: every checkpoint replaces the file at `path`, as a whole. */
export function checkpointTo(path: string): (bytes: Uint8Array) => void {
  return (bytes) => replaceFile(path, bytes);
}

/** Writes what network.checkpoint() returns to a file, likewise. */
export function saveCheckpoint(network: Network, path: string): void {
  replaceFile(path, network.checkpoint());
}

/** The network in a file that a checkpoint was written to, ready to go on. @throws FormatError naming the file. */
export function resumeFile(path: string, options: { math?: MathBuild } = {}): Network {
  return read(path, (bytes) => Network.resume(bytes, options));
}

/** The network in a file that saveFile wrote. @throws FormatError naming the file and what is wrong in it. */
export function loadFile(path: string, options: { math?: MathBuild } = {}): Network {
  return read(path, (bytes) => Network.load(bytes, options));
}

function read(path: string, make: (bytes: Uint8Array) => Network): Network {
  const bytes = readFileSync(path);
  try {
    return make(bytes);
  } catch (error) {
    if (error instanceof FormatError) throw new FormatError(`${path}: ${error.message}`);
    throw error;
  }
}
