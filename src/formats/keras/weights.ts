import { FormatError } from "../../errors.js";
import { bytesOf, excerpt, isCount, isRecord } from "../../storage/untrusted.js";
import { join } from "../bytes.js";
import { storageOf } from "./quantized.js";

/**
 * Reduces the name of a weight to its layer and itself: "dense_1/kernel" for "sequential/dense_1/kernel:0", and "dense_1/0"
 * for "layers/dense_1/vars/0".
 */
function keyOf(name: string): string {
  const parts = name
    .replace(/:\d+$/, "")
    .split("/")
    .filter((part) => part !== "vars");
  return parts.slice(-2).join("/");
}

/** The weights of a model.json, each taken once. */
export class KerasWeights {
  readonly #entries = new Map<string, { name: string; shape: number[]; values: Float32Array }>();

  /**
   * @param manifest the weightsManifest of model.json.
   * @param shards the bytes of one file, or of all files in the order of the manifest.
   * @throws FormatError if the bytes are not those that the manifest lists.
   */
  constructor(manifest: unknown, shards: unknown) {
    // Array.from visits holes too, as undefined.
    const bytes = join(Array.from(Array.isArray(shards) ? shards : [shards], bytesOf));
    const groups = Array.isArray(manifest) ? manifest : [];
    const specs = groups.flatMap((group) =>
      isRecord(group) && Array.isArray(group.weights) ? group.weights : [],
    );
    let end = 0;
    for (const spec of specs) end = this.#add(spec, bytes, end);
    if (end !== bytes.length) {
      throw new FormatError(
        `The weights have ${bytes.length} bytes, but the manifest lists ${end}: give the files of all its paths, in order.`,
      );
    }
  }

  /** Adds one weight. @returns the end of its values, in bytes. */
  #add(spec: unknown, bytes: Uint8Array, start: number): number {
    const { name, shape, dtype, quantization } = isRecord(spec) ? spec : {};
    const what = `The weight ${excerpt(name)}`;
    if (typeof name !== "string" || !Array.isArray(shape) || !shape.every(isCount)) {
      throw new FormatError(
        `${what} of the manifest has shape ${excerpt(shape)}: give it a name and a shape of whole numbers.`,
      );
    }
    // The state of a random generator of Keras. densely has a seed instead.
    const isSkipped = name.includes("seed_generator");
    const { bytesPerValue, read } = isSkipped
      ? storageOf("float32", undefined, what)
      : storageOf(dtype, quantization, what);
    const end = start + shape.reduce((a, b) => a * b, bytesPerValue);
    if (!(end <= bytes.length)) {
      throw new FormatError(
        `${what} ends at byte ${end}, but the files have ${bytes.length}: they are cut off, or some are missing.`,
      );
    }
    if (isSkipped) return end;
    const key = keyOf(name);
    if (this.#entries.has(key))
      throw new FormatError(`${what} is twice in the manifest: give one entry per weight.`);
    this.#entries.set(key, { name, shape, values: read(bytes.slice(start, end).buffer) });
    return end;
  }

  /**
   * Takes a weight.
   * @param index among the weights of the layer, which some files have in place of a name.
   * @throws FormatError if the weight is missing or of another shape.
   */
  take(layer: string, weight: string, index: number, shape: readonly number[]): Float32Array {
    for (const key of [`${layer}/${weight}`, `${layer}/${index}`]) {
      const entry = this.#entries.get(key);
      if (!entry) continue;
      this.#entries.delete(key);
      if (`${entry.shape}` === `${shape}`) return entry.values;
      throw new FormatError(
        `The weight ${excerpt(entry.name)} has the shape ${excerpt(entry.shape.join(" x "))}: its layer needs ${shape.join(" x ")}.`,
      );
    }
    throw new FormatError(
      `The weight ${weight} of the layer ${excerpt(layer)} is missing in the manifest: give the model with all its weights.`,
    );
  }

  /** @throws FormatError for a weight that no layer took. */
  finish(): void {
    for (const { name } of this.#entries.values()) {
      throw new FormatError(
        `The weight ${excerpt(name)} belongs to no layer of the model: give the weights of this model.`,
      );
    }
  }
}
