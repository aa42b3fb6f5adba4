/** Text as UTF-8, where a host has neither TextEncoder nor TextDecoder: the jsdom environment of Jest has none. */

import type { Bytes } from "../data/bytes.js";

const REPLACEMENT = 0xfffd;

/** Characters that become text at a time. */
const PIECE = 4096;

/** The bytes of a text. A half of a surrogate pair becomes U+FFFD. */
export function encodeText(text: string): Bytes {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) as number;
    const code = point >= 0xd800 && point < 0xe000 ? REPLACEMENT : point;
    if (code < 0x80) bytes.push(code);
    else {
      const following = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
      // The first byte begins with a 1 for each byte of the character, and a 0.
      bytes.push(((0xf00 >> (following + 1)) & 0xff) | (code >> (6 * following)));
      for (let k = following - 1; k >= 0; k--) bytes.push(0x80 | ((code >> (6 * k)) & 0x3f));
    }
  }
  return Uint8Array.from(bytes);
}

/** The text of bytes. What is no UTF-8 becomes some other characters, at most one for each byte. */
export function decodeText(bytes: Uint8Array): string {
  const pieces: string[] = [];
  let points: number[] = [];
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i++];
    const following = first < 0xc0 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    let code = following === 0 ? first : first & (0x3f >> following);
    for (let k = 0; k < following; k++) code = (code << 6) | (bytes[i++] & 0x3f);
    points.push(code > 0x10ffff ? REPLACEMENT : code);
    if (points.length < PIECE && i < bytes.length) continue;
    pieces.push(String.fromCodePoint(...points));
    points = [];
  }
  return pieces.join("");
}
