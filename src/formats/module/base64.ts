/** Digits of base64 by their values. */
export const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const BYTES_PER_LINE = 75;

/** Encodes bytes in base64, a hundred letters per line. Zeros fill up the last group of three, in place of padding. */
export function base64(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += BYTES_PER_LINE) {
    let line = "";
    for (let i = start; i < Math.min(start + BYTES_PER_LINE, bytes.length); i += 3) {
      const word = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
      for (const shift of [18, 12, 6, 0]) line += LETTERS[(word >> shift) & 63];
    }
    lines.push(line);
  }
  return lines.join("\n");
}
