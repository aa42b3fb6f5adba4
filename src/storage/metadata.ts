import { SpecError } from "../errors.js";
import { checkKeys, plural, show } from "../model/check.js";

/** The user's own texts by name, which a file carries beside the network. */
export type Metadata = Readonly<Record<string, string>>;

/** Options of save and checkpoint. */
export interface SaveOptions {
  /** Texts by name, which load and resume return as `network.metadata`. Default: those that the network was read with. */
  metadata?: Metadata;
}

/** Names under which a file holds what it is read by. */
const OWN_NAMES: readonly string[] = ["format", "densely", "spec", "progress"];

/** Characters of names and texts in all: less than the longest header, in which one takes up to 6 bytes. */
const MOST_CHARACTERS = 2 ** 20;

/** Checks one text. @returns its length, with that of its name. @throws SpecError */
function lengthOf(name: string, text: unknown): number {
  const what = `metadata ${show(name.slice(0, 60))}`;
  if (OWN_NAMES.includes(name)) {
    throw new SpecError(
      `${what} is a name that the file uses itself: choose another than ${OWN_NAMES.join(", ")}.`,
    );
  }
  if (typeof text === "string") return name.length + text.length;
  throw new SpecError(`${what} is ${show(text)}: give a text, such as JSON.stringify of other data.`);
}

/**
 * Checks the options of save or checkpoint.
 * @param kept the texts that the network was read with.
 * @returns the texts that the file is to carry.
 * @throws SpecError for anything but an object of texts.
 */
export function checkSaveOptions(
  options: SaveOptions,
  kept: Metadata,
  call: "save" | "checkpoint",
): Metadata {
  if (typeof options === "string") {
    const writer = call === "save" ? "saveFile" : "saveCheckpoint";
    throw new SpecError(
      `${call} got a text: it returns bytes, so write a file by ${writer}(network, path) of "densely/node".`,
    );
  }
  checkKeys(options, ["metadata"], call);
  const { metadata = kept } = options;
  if (
    typeof metadata !== "object" ||
    metadata === null ||
    ![Object.prototype, null].includes(Object.getPrototypeOf(metadata))
  ) {
    throw new SpecError(
      `metadata of ${call} is ${show(metadata)}: give an object of texts, such as { title: "Iris" }.`,
    );
  }
  const texts = Object.entries(metadata);
  const length = texts.reduce((sum, [name, text]) => sum + lengthOf(name, text), 0);
  if (length > MOST_CHARACTERS) {
    throw new SpecError(
      `metadata of ${call} has ${plural(length, "character")}: give at most ${MOST_CHARACTERS}, and keep the rest in a file of its own.`,
    );
  }
  return Object.fromEntries(texts);
}

/** The user's own texts among those of a file. */
export function metadataOf(texts: ReadonlyMap<string, string>): Metadata {
  return Object.freeze(Object.fromEntries([...texts].filter(([name]) => !OWN_NAMES.includes(name))));
}
