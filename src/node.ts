/** densely/node: networks in files. */

import { readFileSync } from "node:fs";
import { FormatError, type MathBuild, Network } from "./index.js";
import { replaceFile } from "./node/write.js";

/**
 * Writes what network.save() returns to a file, at once and as a whole: a process that ends at any moment leaves the old
 * file or the new one, never a part.
 */
export function saveFile(network: Network, path: string): void {
  replaceFile(path, network.save());
}

/** The network in a file that saveFile wrote. @throws FormatError naming the file and what is wrong in it. */
export function loadFile(path: string, options: { math?: MathBuild } = {}): Network {
  const bytes = readFileSync(path);
  try {
    return Network.load(bytes, options);
  } catch (error) {
    if (error instanceof FormatError) throw new FormatError(`${path}: ${error.message}`);
    throw error;
  }
}
