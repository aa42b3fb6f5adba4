import { fileURLToPath } from "node:url";
import { SpecError } from "../errors.js";
import { show } from "../model/check.js";

/** The path of a file, as text or as a URL that begins with file:. @throws SpecError for anything else. */
export function pathOf(path: unknown): string {
  const text = path instanceof URL && path.protocol === "file:" ? fileURLToPath(path) : path;
  if (typeof text === "string" && text !== "" && !text.includes("\0")) return text;
  throw new SpecError(
    `path is ${path instanceof URL ? `a URL that begins with ${path.protocol}` : show(path)}: give the path of a file, as text or as a file: URL.`,
  );
}
