/**
 * The core's bytes as text, which any runtime imports without a file or a URL. First 64 hexadecimal digits, a bit for each
 * byte value that is frequent; then each byte by its place among all values, the frequent ones first, both by size. A
 * letter stands for one of the first places, and with a mark before it for one of those behind. Text that keeps bytes
 * apart compresses as well as the bytes themselves, three quarters of what base64 does.
 */

/** Marks that move the place of the next letter one or two alphabets further on. */
export const MARKS = "$`";

/** Printable ASCII but the marks and what has a meaning in strings and pages. */
export const LETTERS: readonly number[] = Array.from({ length: 95 }, (_, i) => 32 + i).filter(
  (code) => !`"<\\${MARKS}`.includes(String.fromCharCode(code)),
);

/** All byte values, those first that are frequent. */
export function ranked(isFrequent: (byte: number) => boolean): number[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  return [...bytes.filter(isFrequent), ...bytes.filter((byte) => !isFrequent(byte))];
}

/** The bytes that a text stands for. It runs once, before anything is compiled, so it works on numbers. */
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
