/** The source files of the repository, for the checks that read them as text. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const CODE = /\.(ts|js|mjs|cjs)$/;
const OTHERS = /(^|\/)(node_modules|bundle|dist)\//;

/** The paths of all source files below a folder, without what is installed or built there. */
export function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => CODE.test(path) && !OTHERS.test(path))
    .sort();
}

/** Each source file of these folders with its text. */
export function readSources(folders: readonly string[]): Map<string, string> {
  return new Map(folders.flatMap(sourcesOf).map((path) => [path, readFileSync(path, "utf8")]));
}
