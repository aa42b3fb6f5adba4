/**
 * The core's bytes as text, which any runtime imports without a file or a URL.
 *
 * The first 64 characters are hexadecimal digits: one bit per byte value, set if the value is frequent. All values are then
 * ranked, the frequent ones first, each group in ascending order. Each byte is written as its rank: a letter for one of the
 * first ranks, and a mark and a letter for one of the others. Since every byte keeps a character of its own, the text
 * compresses as well as the bytes themselves, to three quarters of compressed base64.
 */

/** Marks that add one or two alphabets to the rank of the next letter. */
export const MARKS = "$`";

/** Printable ASCII, except the marks and the characters that have a meaning in strings and pages. */
export const LETTERS: readonly number[] = Array.from({ length: 95 }, (_, i) => 32 + i).filter(
  (code) => !`"<\\${MARKS}`.includes(String.fromCharCode(code)),
);

/** All byte values, the frequent ones first. */
export function ranked(isFrequent: (byte: number) => boolean): number[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  return [...bytes.filter(isFrequent), ...bytes.filter((byte) => !isFrequent(byte))];
}

/** Decodes a text. It runs once, before the engine has compiled anything, and so works on numbers alone. */
export function decode(text: string): Uint8Array<ArrayBuffer> {
  const valueAt = ranked((byte) => ((Number.parseInt(text[byte >> 2], 16) >> (byte & 3)) & 1) > 0);
  const placeOf = new Uint8Array(128);
  LETTERS.forEach((code, place) => {
    placeOf[code] = place;
  });
  const bytes = new Uint8Array(text.length);
  let length = 0;
  let alphabet = 0;
  for (let i = 64; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === MARKS.charCodeAt(0)) alphabet = 1;
    else if (code === MARKS.charCodeAt(1)) alphabet = 2;
    else {
      bytes[length++] = valueAt[alphabet * LETTERS.length + placeOf[code]];
      alphabet = 0;
    }
  }
  return bytes.slice(0, length);
}
