import { FormatError } from "../../errors.js";
import { excerpt, isRecord } from "../../storage/untrusted.js";
import { fromHalf } from "../half.js";

/** How the values of a weight are stored. */
export interface Storage {
  bytesPerValue: number;
  /** Turns the bytes of the weight into its values. */
  read(bytes: ArrayBuffer): Float32Array;
}

const PLAIN: Storage = { bytesPerValue: 4, read: (bytes) => new Float32Array(bytes) };

const HALF: Storage = {
  bytesPerValue: 2,
  read: (bytes) => Float32Array.from(new Uint16Array(bytes), fromHalf),
};

/**
 * The storage of a weight of the manifest: float32, or as the converter of TensorFlow.js quantizes: float16, and uint8 and
 * uint16 of which min + scale·number is the value.
 * @throws FormatError for another type.
 */
export function storageOf(dtype: unknown, quantization: unknown, what: string): Storage {
  const { dtype: stored, min, scale } = isRecord(quantization) ? quantization : {};
  if (dtype === "float32" && !quantization) return PLAIN;
  if (dtype === "float32" && stored === "float16") return HALF;
  const isWhole = stored === "uint8" || stored === "uint16";
  if (dtype === "float32" && isWhole && typeof min === "number" && typeof scale === "number") {
    const [Values, bytesPerValue] = stored === "uint8" ? [Uint8Array, 1] : [Uint16Array, 2];
    return { bytesPerValue, read: (bytes) => Float32Array.from(new Values(bytes), (n) => n * scale + min) };
  }
  const found = quantization ? `quantized to ${excerpt(stored)}` : excerpt(dtype);
  throw new FormatError(
    `${what} is ${found}: convert the model again, with float32 weights, or quantized to float16, uint8 or uint16 with min and scale.`,
  );
}
