export const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const LINE_BYTES = 75;

/** Bytes as base64, a hundred letters a line; the bytes past the end are 0, so that groups of three need no padding. */
export function base64(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += LINE_BYTES) {
    let line = "";
    for (let i = start; i < Math.min(start + LINE_BYTES, bytes.length); i += 3) {
      const word = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
      for (const shift of [18, 12, 6, 0]) line += LETTERS[(word >> shift) & 63];
    }
    lines.push(line);
  }
  return lines.join("\n");
}
