import { SpecError } from "../errors.js";
import { checkKeys, isPlain } from "../model/check.js";
import { excerpt } from "./untrusted.js";

/** The user's own texts by name, which a file carries beside the network. */
export type Metadata = Readonly<Record<string, string>>;

/** Options of save and checkpoint. */
export interface SaveOptions {
  /** Texts by name, which load and resume return as `network.metadata`. Default: those that the network was read with. */
  metadata?: Metadata;
}

/** Names under which a file holds what it is read by. */
const OWN_NAMES: readonly string[] = ["format", "densely", "spec", "progress"];

/**
 * Checks the options of save or checkpoint.
 * @param kept the texts that the network was read with.
 * @returns the texts that the file is to carry.
 * @throws SpecError for anything but an object of texts, or for a name that the file uses itself.
 */
export function checkSaveOptions(
  options: SaveOptions,
  kept: Metadata,
  call: "save" | "checkpoint",
): Metadata {
  if (typeof options === "string") {
    throw new SpecError(
      `${call} returns bytes, and takes no path: use ${call === "save" ? "saveFile" : "saveCheckpoint"} of "densely/node".`,
    );
  }
  checkKeys(options, ["metadata"], call);
  const { metadata = kept } = options;
  const isRefused = ([name, text]: [string, unknown]) => typeof text !== "string" || OWN_NAMES.includes(name);
  const wrong = isPlain(metadata) ? Object.entries(metadata).find(isRefused) : ["metadata", metadata];
  if (!wrong) return { ...metadata };
  const [name, value] = wrong;
  throw new SpecError(
    `${excerpt(name)} among the metadata of ${call} is ${excerpt(value)}: give an object of texts, under other names than ${OWN_NAMES.join(", ")}.`,
  );
}

/** The user's own texts among those of a file. */
export function metadataOf(texts: ReadonlyMap<string, string>): Metadata {
  return Object.freeze(Object.fromEntries([...texts].filter(([name]) => !OWN_NAMES.includes(name))));
}
