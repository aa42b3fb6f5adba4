import { encodeText } from "../../storage/utf8.js";
import { floatBytes } from "../bytes.js";

/** Encodes the wire format of Protocol Buffers, as far as ONNX needs it: fields of messages, each led by its number and type. */

/** Encoded fields in pieces, which are joined once, at the end. */
export type Message = Uint8Array[];

const WIRE = { varint: 0, bytes: 2, fixed32: 5 };

/** Seven bits per byte, the lowest first. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Uint8Array.of(...bytes, rest);
}

const tag = (field: number, wire: number): Uint8Array => varint(field * 8 + wire);

/** Encodes a whole number of at least 0. */
export function int(field: number, value: number): Message {
  return [tag(field, WIRE.varint), varint(value)];
}

/** Encodes a float32. */
export function float(field: number, value: number): Message {
  return [tag(field, WIRE.fixed32), floatBytes([value])];
}

/** Encodes a string. */
export function text(field: number, value: string): Message {
  return message(field, [encodeText(value)]);
}

/** Encodes a message within a message, or plain bytes. */
export function message(field: number, content: Message): Message {
  const size = content.reduce((sum, piece) => sum + piece.length, 0);
  return [tag(field, WIRE.bytes), varint(size), ...content];
}
