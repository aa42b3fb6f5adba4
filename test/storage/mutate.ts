/** Random changes to files, as by accident or by an attacker. */

import { generator } from "../helpers.js";

/** Replacements for a number or a word. */
const LIES = [
  "-1",
  "0",
  "1e999",
  "9007199254740993",
  "4294967295",
  "0.5",
  "null",
  "true",
  '"__proto__"',
  '"constructor"',
  "[]",
  "{}",
  '{"__proto__":{"polluted":1}}',
  "[[[[[[[[]]]]]]]]",
];

/** Latin-1 keeps bytes and characters one to one. */
const toText = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
const toBytes = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

/** Makes one to three changes, which depend on the seed alone. */
export function mutate(file: Uint8Array, seed: number): Uint8Array {
  const next = generator(seed);
  const whole = (limit: number) => Math.floor(next() * limit);
  let bytes = file.slice();

  const changes: (() => Uint8Array)[] = [
    () => bytes.map((byte, i) => (i === at ? byte ^ (1 << whole(8)) : byte)),
    () => bytes.map((byte, i) => (i === at ? whole(256) : byte)),
    () => bytes.map((byte, i) => (i < 8 ? whole(256) : byte)),
    () => bytes.map((byte, i) => (i >= at && i < at + 4 ? 255 : byte)),
    () => bytes.slice(0, at),
    () => bytes.slice(at),
    () => Uint8Array.of(...bytes.slice(0, at), ...bytes.slice(at + 1 + whole(9))),
    () => Uint8Array.of(...bytes.slice(0, at + whole(64)), ...bytes.slice(at)),
    () => Uint8Array.of(...bytes, ...new Uint8Array(whole(16))),
    () => {
      const tokens = [...toText(bytes).matchAll(/-?\d[\d.e+-]*|"[\w.-]+"|true|false|null/g)];
      const token = tokens[whole(tokens.length)];
      if (!token) return bytes;
      const text = token.input;
      return toBytes(
        text.slice(0, token.index) + LIES[whole(LIES.length)] + text.slice(token.index + token[0].length),
      );
    },
  ];
  let at = 0;
  for (let n = whole(3); n >= 0; n--) {
    at = whole(bytes.length);
    // Half of all changes replace a value, because these find the most mistakes.
    const change = next() < 0.5 ? changes.length - 1 : whole(changes.length);
    bytes = changes[change]() as Uint8Array<ArrayBuffer>;
  }
  return bytes;
}

/** Corrects the length of the header, so that a changed header is read. */
export function mendLength(bytes: Uint8Array, values: number): Uint8Array {
  if (bytes.length < 8 + values) return bytes;
  const mended = bytes.slice();
  new DataView(mended.buffer).setBigUint64(0, BigInt(bytes.length - 8 - values), true);
  return mended;
}
