import { createHash } from "node:crypto";
import { FormatError } from "../errors.js";
import { isPlain, show } from "../model/check.js";

/** The name of bytes: their SHA-256 in hexadecimal, and their number. */
export interface BytesName {
  readonly sha256: string;
  readonly bytes: number;
}

export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The name of bytes, as it was read from a job. @throws FormatError for anything else. */
export function checkName(name: unknown): BytesName {
  if (isPlain(name)) {
    const { sha256, bytes } = name;
    const isName = typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256);
    if (isName && Number.isSafeInteger(bytes) && (bytes as number) >= 0) return name as unknown as BytesName;
  }
  throw new FormatError(
    `The job has ${show(name)} as a name of bytes: send jobs by cluster of densely/bullmq.`,
  );
}
