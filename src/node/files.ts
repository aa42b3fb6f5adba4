import { readFileSync } from "node:fs";
import { FormatError, SpecError } from "../errors.js";
import { show } from "../model/check.js";
import { exported } from "../model/exported.js";
import { type CompileOptions, checkReadOptions, type ReadOptions } from "../network/change.js";
import { Network } from "../network/network.js";
import type { MathOptions } from "../network/options.js";
import type { SaveOptions } from "../storage/metadata.js";
import { pathOf } from "./path.js";
import { replaceFile } from "./write.js";

/** @throws SpecError for anything but a network. */
function checkNetwork(network: unknown, call: string): Network {
  if (network instanceof Network) return network;
  throw new SpecError(`${call} got ${show(network)}: give it a Network and the path of a file.`);
}

/** A model that can be written to a file: a Network, or a Classifier or a Regressor of "densely/table". */
interface Saveable {
  save(options?: SaveOptions): Uint8Array;
}

/** @throws SpecError for anything that has no save. */
function checkSaveable(model: unknown): Saveable {
  if (typeof (model as Partial<Saveable> | null | undefined)?.save === "function") return model as Saveable;
  throw new SpecError(`saveFile got ${show(model)}: give it a Network and the path of a file.`);
}

/**
 * Writes network.save() to a file, replacing it as a whole: a process that ends at any moment leaves the old file or the
 * new one, never a part. Symbolic links are followed, and the file's mode, owner and group stay. A temporary file in the
 * same folder is written first; those that killed processes have left there for more than an hour are removed.
 * @param network a Network, or a Classifier or a Regressor of "densely/table".
 * @param path the path of a regular file, as text or as a file: URL.
 * @param options of a Network: metadata, texts by name: loadFile(path).metadata.
 * @throws SpecError for a learning rate that is a function, or for a path to a folder, pipe, socket or device; StateError
 * for a network that was disposed of; and the errors of node:fs.
 */
export const saveFile = /* @__PURE__ */ exported(
  "saveFile(network, path, options)",
  (network: Saveable, path: string | URL, options?: SaveOptions): void => {
    replaceFile(pathOf(path), checkSaveable(network).save(options));
  },
);

/**
 * Makes a function for `onCheckpoint` of fit: each checkpoint replaces the file at `path` as a whole.
 * @throws as saveFile
 */
export const checkpointTo = /* @__PURE__ */ exported(
  "checkpointTo(path)",
  (path: string | URL): ((bytes: Uint8Array) => void) => {
    const file = pathOf(path);
    return (bytes) => {
      if (!ArrayBuffer.isView(bytes)) {
        throw new SpecError(
          `The function of checkpointTo got ${show(bytes)}: give it the bytes of a checkpoint.`,
        );
      }
      replaceFile(file, bytes);
    };
  },
);

/** Writes network.checkpoint() to a file, replacing it as a whole. @throws as saveFile */
export const saveCheckpoint = /* @__PURE__ */ exported(
  "saveCheckpoint(network, path, options)",
  (network: Network, path: string | URL, options?: SaveOptions): void => {
    replaceFile(pathOf(path), checkNetwork(network, "saveCheckpoint").checkpoint(options));
  },
);

/**
 * Reads a network from a file of saveCheckpoint or checkpointTo. Its next fit resumes where the checkpoint was taken.
 * @param options math and loss, as of Network.resume.
 * @throws FormatError naming the file and what is wrong in it, and the errors of node:fs.
 */
export const resumeFile = /* @__PURE__ */ exported(
  "resumeFile(path, options)",
  (path: string | URL, options: ReadOptions = {}): Network => {
    checkReadOptions(options, ["loss"], "resumeFile");
    return read(path, (bytes) => Network.resume(bytes, options));
  },
);

/**
 * Reads a network from a file of saveFile.
 * @param options math, optimizer and loss, as of Network.load.
 * @throws FormatError naming the file and what is wrong in it, and the errors of node:fs.
 */
export const loadFile = /* @__PURE__ */ exported(
  "loadFile(path, options)",
  (path: string | URL, options: MathOptions & CompileOptions = {}): Network => {
    checkReadOptions(options, ["optimizer", "loss"], "loadFile");
    return read(path, (bytes) => Network.load(bytes, options));
  },
);

function read(path: string | URL, make: (bytes: Uint8Array) => Network): Network {
  const file = pathOf(path);
  const bytes = readFileSync(file);
  try {
    return make(bytes);
  } catch (error) {
    if (error instanceof FormatError) throw new FormatError(`${file}: ${error.message}`);
    throw error;
  }
}
