/** What a bundler leaves of the package in an app that does not import all of it. */

import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Code that only an import of this name needs, as it stands in dist/. */
const MARKS: Record<string, string> = {
  checkGradients: "whose random numbers the reference has not",
  ...Object.fromEntries(
    [
      "stepDecay",
      "exponentialDecay",
      "polynomialDecay",
      "cosineDecay",
      "oneCycle",
      "warmup",
      "piecewise",
      "reduceOnPlateau",
    ].map((name) => [name, `{type:"${name}",...`]),
  ),
};

export interface Shaken {
  imports: string;
  bytes: number;
  gzipped: number;
  /** The names in MARKS whose code is in it. */
  marked: string[];
}

/** The bundle of an app that imports these names from dist/index.js, or all with "*". */
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

/** Names whose code cannot be found where all is imported, so that nothing could be said of it elsewhere. */
export function lostMarks({ marked }: Shaken): string[] {
  return Object.keys(MARKS).filter((name) => !marked.includes(name));
}
