import type { Bytes } from "../data/bytes.js";
import { FormatError } from "../errors.js";
import { plural } from "../model/check.js";
import { bytesOf, excerpt, isCount, isRecord, parseRecord } from "./untrusted.js";
import { decodeText, encodeText } from "./utf8.js";

/**
 * The safetensors layout (https://github.com/huggingface/safetensors): 8 bytes with the length of the header, the header
 * as JSON, then the values of all tensors without gaps, little-endian and row by row. The header has { dtype, shape,
 * data_offsets } for each tensor, and texts under __metadata__.
 */

/** The types of values that are read and written, the widest first. */
const KINDS = [
  ["F64", Float64Array],
  ["F32", Float32Array],
  ["I32", Int32Array],
] as const;

/** The values of a tensor, row by row. */
export interface Tensor {
  shape: readonly number[];
  values: Float64Array | Float32Array | Int32Array;
}

/** A type of values that a reader understands besides KINDS. */
export interface Encoding {
  bytesPerValue: number;
  /** Turns the bytes of a tensor into its values. */
  read(bytes: ArrayBuffer): Tensor["values"];
}

/** Types of values by their names in the header, such as "BF16". */
export type Encodings = ReadonlyMap<unknown, Encoding>;

/** Tensors and texts by name. In a Map no name of a file can collide with a member of Object. */
export interface Safetensors {
  tensors: Map<string, Tensor>;
  metadata: Map<string, string>;
}

const LENGTH_BYTES = 8;

/** Bytes of the longest header that is read or written. That of 10,000 layers has about 8 MB. */
const MOST_HEADER_BYTES = 2 ** 24;
const METADATA = "__metadata__";

/** Writes tensors in their order within each type, the widest type first, so that each begins at a multiple of its width. */
export function writeSafetensors({ tensors, metadata }: Safetensors): Bytes {
  const header: Record<string, unknown> = { [METADATA]: Object.fromEntries(metadata) };
  const blocks: Tensor["values"][] = [];
  let end = 0;
  for (const [dtype, { name: type }] of KINDS) {
    for (const [name, { shape, values }] of tensors) {
      if (values.constructor.name !== type) continue;
      header[name] = { dtype, shape, data_offsets: [end, end + values.byteLength] };
      blocks.push(values);
      end += values.byteLength;
    }
  }
  const json = encodeText(JSON.stringify(header));
  const length = Math.ceil(json.length / 8) * 8;
  if (length > MOST_HEADER_BYTES) {
    throw new FormatError(
      `The header of the file would have ${length} bytes, of which no more than ${MOST_HEADER_BYTES} can be read: save fewer or smaller layers and texts.`,
    );
  }
  const bytes = new Uint8Array(LENGTH_BYTES + length + end).fill(0x20, LENGTH_BYTES, LENGTH_BYTES + length);
  new DataView(bytes.buffer).setUint32(0, length, true);
  bytes.set(json, LENGTH_BYTES);
  let at = LENGTH_BYTES + length;
  for (const { buffer, byteOffset, byteLength } of blocks) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

/** The encoding of a type of KINDS. */
function encodingOf(dtype: unknown): Encoding | undefined {
  const Values = KINDS.find(([known]) => known === dtype)?.[1];
  return Values && { bytesPerValue: Values.BYTES_PER_ELEMENT, read: (bytes) => new Values(bytes) };
}

/** Finds where the values of a tensor lie, and checks that against its shape. @throws FormatError */
function locate(name: string, entry: unknown, others?: Encodings) {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  const encoding = encodingOf(dtype) ?? others?.get(dtype);
  if (!encoding) {
    throw new FormatError(
      `Tensor ${excerpt(name)} has the dtype ${excerpt(dtype)}: convert it to float32, as tensor.float() does in PyTorch.`,
    );
  }
  const [from, to] = Array.isArray(offsets) ? offsets : [];
  if (!Array.isArray(shape) || ![...shape, from, to].every(isCount)) {
    throw new FormatError(
      `Tensor ${excerpt(name)} has shape ${excerpt(shape)} and data_offsets ${excerpt(offsets)}: give arrays of whole numbers.`,
    );
  }
  const size = shape.reduce((a, b) => a * b, encoding.bytesPerValue);
  if (size !== to - from) {
    throw new FormatError(
      `Tensor ${excerpt(name)} has ${to - from} bytes, but its shape ${excerpt(shape.join(" x "))} takes ${size}: write the file again.`,
    );
  }
  return { name, shape: shape as number[], from: from as number, to: to as number, read: encoding.read };
}

/**
 * Reads a file in the safetensors layout.
 * @param others types of values that the caller understands besides F64, F32 and I32.
 * @returns copies of all tensors in the order of their values, and all texts.
 * @throws FormatError for any other bytes. Nothing larger than twice the file is allocated.
 */
export function readSafetensors(given: Uint8Array | ArrayBuffer, others?: Encodings): Safetensors {
  const bytes = bytesOf(given);
  const { buffer, byteOffset, length } = bytes;
  const start =
    LENGTH_BYTES +
    (length < LENGTH_BYTES ? Infinity : Number(new DataView(buffer, byteOffset).getBigUint64(0, true)));
  if (start > length) {
    throw new FormatError(
      `The file has ${plural(length, "byte")}, too few for the header length in its first 8: it is cut off, or not a safetensors file.`,
    );
  }
  if (start > LENGTH_BYTES + MOST_HEADER_BYTES) {
    throw new FormatError(
      `The header has ${start - LENGTH_BYTES} bytes: densely reads at most ${MOST_HEADER_BYTES}, more than the largest network has.`,
    );
  }
  const header = parseRecord(decodeText(bytes.subarray(LENGTH_BYTES, start)), "The header");
  const metadata = new Map<string, string>();
  const texts = header[METADATA] ?? {};
  if (!isRecord(texts)) throw new FormatError(`The metadata is ${excerpt(texts)}: give an object of texts.`);
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text !== "string") {
      throw new FormatError(`${excerpt(name)} in the metadata is ${excerpt(text)}: give a text.`);
    }
    metadata.set(name, text);
  }
  const names = Object.keys(header).filter((name) => name !== METADATA);
  const places = names
    .map((name) => locate(name, header[name], others))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  const data = bytes.subarray(start);
  const tensors = new Map<string, Tensor>();
  let end = 0;
  for (const { name, shape, from, to, read } of places) {
    if (from !== end || to > data.length) {
      throw new FormatError(
        `Tensor ${excerpt(name)} has data_offsets ${from} to ${to} in ${data.length} bytes of values: it must begin at ${end}, where the one before it ends, and end within the file.`,
      );
    }
    tensors.set(name, { shape, values: read(data.slice(from, to).buffer) });
    end = to;
  }
  if (end !== data.length) {
    throw new FormatError(
      `The tensors end at byte ${end} of ${data.length}: remove the bytes after them, which belong to no tensor.`,
    );
  }
  return { tensors, metadata };
}
