/** Bundles apps that import parts of the package, to see that a bundler removes the rest. */

import { relative } from "node:path";
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

/**
 * Bundles an app that imports these names from dist/index.js, or everything with "*". What the app imports later, by import(),
 * does not count.
 */
export async function shake(imports: string): Promise<Shaken> {
  const contents = `export ${imports} from "./dist/index.js"`;
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    format: "esm",
    splitting: true,
    outdir: "bundle",
    metafile: true,
    write: false,
  });
  const [entry] = Object.keys(metafile.outputs).filter(
    (name) => metafile.outputs[name].entryPoint === "<stdin>",
  );
  const loaded = [
    entry,
    ...metafile.outputs[entry].imports.flatMap(({ kind, path }) => (kind === "import-statement" ? path : [])),
  ];
  const texts = outputFiles.filter(({ path }) => loaded.includes(relative(process.cwd(), path)));
  const text = texts.map((file) => file.text).join("\n");
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
