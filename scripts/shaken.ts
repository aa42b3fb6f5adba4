/** Bundles apps that import parts of the package, to see that a bundler removes the rest. */

import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { vocabulary } from "./vocabulary.js";

/** For each name, a piece of code in dist/ that only an import of this name needs. */
const MARKS: Record<string, string> = Object.fromEntries(
  vocabulary.schedules.map((name) => [name, `("${name}",`]),
);

export interface Shaken {
  imports: string;
  bytes: number;
  gzipped: number;
  /** The names in MARKS whose code is in the bundle. */
  marked: string[];
}

/** Bundles an app that imports these names from dist/index.js, or everything with "*". */
export async function shake(imports: string): Promise<Shaken> {
  const contents = `export ${imports} from "./dist/index.js"`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  const [{ text }] = outputFiles;
  return {
    imports,
    bytes: Buffer.byteLength(text),
    gzipped: gzipSync(text, { level: 9 }).length,
    marked: Object.keys(MARKS).filter((name) => text.includes(MARKS[name])),
  };
}

/** Names in MARKS whose code is not even in a bundle of everything, so that their mark is out of date. */
export function lostMarks({ marked }: Shaken): string[] {
  return Object.keys(MARKS).filter((name) => !marked.includes(name));
}
