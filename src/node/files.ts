import { readFileSync } from "node:fs";
import { FormatError } from "../errors.js";
import type { MathBuild } from "../machine/build.js";
import { Network } from "../network/network.js";
import { replaceFile } from "./write.js";

/**
 * Writes network.save() to a file, replacing it as a whole: a process that ends at any moment leaves the old file or the
 * new one, never a part.
 * @throws SpecError for a learning rate that is a function, StateError for a network that was disposed of, and the errors
 * of node:fs.
 */
export function saveFile(network: Network, path: string): void {
  replaceFile(path, network.save());
}

/** Makes a function for `onCheckpoint` of fit: each checkpoint replaces the file at `path` as a whole. */
export function checkpointTo(path: string): (bytes: Uint8Array) => void {
  return (bytes) => replaceFile(path, bytes);
}

/** Writes network.checkpoint() to a file, replacing it as a whole. @throws as saveFile */
export function saveCheckpoint(network: Network, path: string): void {
  replaceFile(path, network.checkpoint());
}

/**
 * Reads a network from a file of saveCheckpoint or checkpointTo. Its next fit resumes where the checkpoint was taken.
 * @param options math, as in the constructor of Network.
 * @throws FormatError naming the file and what is wrong in it, and the errors of node:fs.
 */
export function resumeFile(path: string, options: { math?: MathBuild } = {}): Network {
  return read(path, (bytes) => Network.resume(bytes, options));
}

/**
 * Reads a network from a file of saveFile.
 * @param options math, as in the constructor of Network.
 * @throws FormatError naming the file and what is wrong in it, and the errors of node:fs.
 */
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
