/** Bundles a TypeScript program into one file, so that a process of its own starts quickly. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuildOptions, buildSync } from "esbuild";
import { afterAll } from "vitest";

/**
 * Bundles a program with what it imports of the sources. The file is removed after the tests of the calling file.
 * @param program the path of a file, or source text with imports relative to the top of the project
 * @returns the path of a module that `node` runs.
 */
export function bundle(program: { path: string } | { text: string }): string {
  const folder = mkdtempSync(join(tmpdir(), "densely-program-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, "program.mjs");
  const options: BuildOptions = { outfile, bundle: true, platform: "node", format: "esm" };
  const input: BuildOptions =
    "path" in program
      ? { entryPoints: [program.path] }
      : { stdin: { contents: program.text, resolveDir: ".", loader: "ts" } };
  buildSync({ ...options, ...input, external: ["bullmq"] });
  return outfile;
}
