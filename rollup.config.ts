import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import type { OutputOptions, Plugin, RollupOptions } from "rollup";
import dts from "rollup-plugin-dts";
import esbuild from "rollup-plugin-esbuild";
import { ENTRIES } from "./scripts/entries.js";

/** The members of each enum of the instruction set. */
const ENUMS = new Map<string, readonly string[]>(
  [...readFileSync("assembly/isa.ts", "utf8").matchAll(/export enum (\w+) \{([^}]*)\}/g)].map(
    ([, name, body]) => [name, body.replace(/\/\*.*?\*\//g, "").match(/\w+/g) ?? []],
  ),
);

/**
 * Members of those enums as their numbers, which the minifier does not do across chunks; and the enums, for what asks
 * them by name, as plain objects without reverse keys.
 */
const plainEnums: Plugin = {
  name: "plain-enums",
  transform(code, id) {
    const plain = id.endsWith("assembly/isa.ts")
      ? code.replace(/export enum (\w+) \{[^}]*\}/g, (_, name) => {
          const members = ENUMS.get(name)?.map((member, i) => `${member}: ${i}`);
          return `export const ${name} = { ${members} };`;
        })
      : code.replace(/\b([A-Z]\w*)\.(\w+)\b/g, (text, name, member) => {
          const number = ENUMS.get(name)?.indexOf(member) ?? -1;
          return number < 0 ? text : String(number);
        });
    return { code: plain, map: null };
  },
};

/** For Cloudflare Workers: builds of the core are .wasm files beside the code and not text in it. */
const wasmFiles: Plugin = {
  name: "wasm-files",
  resolveId(source) {
    if (source.endsWith("/runtime/inline.js")) return resolve("src/machine/runtime/workerd.ts");
    const build = /\/build\/(strict|relaxed)\.js$/.exec(source)?.[1];
    return build ? { id: `./${build}.wasm`, external: "absolute" } : null;
  },
  generateBundle(_, bundle) {
    const imports = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? file.imports : []));
    for (const file of new Set(imports.filter((name) => name.endsWith(".wasm")))) {
      this.emitFile({ type: "asset", fileName: file.slice(2), source: readFileSync(`build/${file}`) });
    }
  },
};

/**
 * Statements end in new lines and no semicolons, of which a file is as large: Node prints the line that threw, and in short
 * lines the message stays in sight.
 */
const compact = terser({
  module: true,
  ecma: 2020,
  compress: { passes: 5, unsafe_arrows: true, pure_getters: true },
  format: { semicolons: false, max_line_len: 800 },
});

const plugins = [nodeResolve(), plainEnums, esbuild({ target: "es2022", minify: true }), compact];

const names = Object.keys(ENTRIES);

function sources(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`]));
}

/**
 * Entry points share chunks, so that a class is the same class whichever door it comes through. All that the main one loads
 * is one chunk, which compresses better than two.
 */
function files(format: "es" | "cjs", extension: string, shared = "core"): OutputOptions {
  return {
    dir: "dist",
    format,
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `${shared}.${extension}`,
    manualChunks: shared === "core" ? { core: ["src/index.ts"] } : {},
  };
}

/** A script of its own for a page without modules: what it exports lies in the global `densely`. */
function script(name: string): RollupOptions & { output: OutputOptions[] } {
  return {
    input: `src/${name}.ts`,
    plugins,
    output: [{ file: `dist/${name}.global.js`, format: "iife", name: ENTRIES[name].global, extend: true }],
  };
}

const configs: (RollupOptions & { output: OutputOptions[] })[] = [
  {
    input: sources(names),
    external: /^node:/,
    plugins,
    output: [{ ...files("es", "js"), sourcemap: true }, files("cjs", "cjs")],
  },
  {
    input: sources(names.filter((name) => ENTRIES[name].workerd)),
    plugins: [wasmFiles, ...plugins],
    output: [files("es", "workerd.js")],
  },
  ...names.filter((name) => ENTRIES[name].global).map(script),
  {
    input: sources(names),
    plugins: [dts()],
    // The worker exports nothing, so its types are empty.
    onLog: (level, log, handle) => {
      if (log.code !== "EMPTY_BUNDLE") handle(level, log);
    },
    output: [files("es", "d.ts", "types"), files("es", "d.cts", "types")],
  },
];

export default configs;
