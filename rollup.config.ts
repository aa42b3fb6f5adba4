import { readFileSync } from "node:fs";
import { dirname, parse, resolve } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import type { OutputOptions, Plugin, RollupOptions } from "rollup";
import dts from "rollup-plugin-dts";
import esbuild from "rollup-plugin-esbuild";
import { ENTRIES } from "./scripts/entries.js";
import { enums, withoutMembers } from "./scripts/transforms.js";

/** The core of all entry points, and that of densely/core. */
const STRICT = resolve("src/machine/strict.ts");
const BASIC = resolve("src/machine/basic.ts");

/** For Cloudflare Workers: replaces the text of each build of the core with an import of a .wasm file beside the code. */
const wasmFiles: Plugin = {
  name: "wasm-files",
  resolveId(source, importer) {
    if (source.endsWith("/runtime/inline.js")) return resolve("src/machine/runtime/workerd.ts");
    if (source === "./make.js" && importer?.endsWith("/threads/threads.ts"))
      return resolve("src/threads/workerd.ts");
    const build = /\/build\/(strict|basic|relaxed|online)\.js$/.exec(source)?.[1];
    return build ? { id: `./${build}.wasm`, external: "absolute" } : null;
  },
  generateBundle(_, bundle) {
    const imports = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? file.imports : []));
    for (const file of new Set(imports.filter((name) => name.endsWith(".wasm")))) {
      this.emitFile({ type: "asset", fileName: file.slice(2), source: readFileSync(`build/${file}`) });
    }
  },
};

/** Replaces the text of workers that do jobs: where there are no workers, or where a page would load it each time. */
const smallWorker: Plugin = {
  name: "small-worker",
  resolveId: (source) => (source.endsWith("/build/worker.js") ? resolve("build/follower.ts") : null),
};

/** For densely/core: the smaller core in the place of the whole one, and the flag by which the rest is left out. */
const basicCore: Plugin = {
  name: "basic-core",
  resolveId: (source) => (source.endsWith("/strict.js") && !source.includes("/build/") ? BASIC : null),
  load: (id) => (id === resolve("src/machine/is-basic.ts") ? "export const IS_BASIC = true;" : null),
};

/** Makes an ES module of papaparse, which densely/table reads CSV files by and which is none. */
const papaparse: Plugin = {
  name: "papaparse",
  transform(code, id) {
    if (!/\/papaparse(\.min)?\.js$/.test(id)) return null;
    const body = `const { exports } = module;\n${code}`;
    return {
      code: `const module = { exports: {} };\n(function () {${body}})();\nexport default module.exports;`,
      map: null,
    };
  },
};

/** Modules that are not bundled: those of Node.js, and BullMQ, which only users of densely/bullmq install. */
const EXTERNAL = /^node:|^bullmq$/;

/**
 * Class names stay, so that an error and a logged network say what they are. Statements end in new lines instead of
 * semicolons: Node.js prints the line that threw, and in short lines the message stays in sight. Marks of pure calls stay for
 * the bundlers of users.
 */
const compact = terser({
  module: true,
  ecma: 2020,
  keep_classnames: true,
  compress: { passes: 2 },
  format: { semicolons: false, max_line_len: 800, preserve_annotations: true },
});

const plugins = [nodeResolve(), papaparse, esbuild({ target: "es2022" }), enums, compact];

/** densely/core prints no program. */
const leanPlugins = [
  basicCore,
  nodeResolve(),
  esbuild({ target: "es2022" }),
  withoutMembers(["equation"]),
  enums,
  compact,
];

const names = Object.keys(ENTRIES);

/** Entry points that are made of modules. */
const bundled = names.filter((name) => !ENTRIES[name].script);

const isAlone = (name: string): boolean => ENTRIES[name].alone === true;

/**
 * Entry points that are bundled together. All except densely/core share what densely loads, as one chunk, so that a class is
 * the same class through every door; one large chunk compresses better than many.
 */
const BUNDLES = [
  { entries: bundled.filter((name) => !isAlone(name)), plugins, core: STRICT },
  ...bundled.filter(isAlone).map((name) => ({ entries: [name], plugins: leanPlugins, core: BASIC })),
];

function sources(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`]));
}

/** Entry points with the text of the core beside them: a file of its own, which compresses better by itself. */
function withCore(entries: readonly string[], core: string): Record<string, string> {
  return { ...sources(entries), [parse(core).name]: core };
}

/** The chunks of a bundle, each by a module that it holds with everything that this module imports. */
const CHUNKS: Readonly<Record<string, string>> = {
  [STRICT]: "strict",
  [BASIC]: "basic",
  [resolve("src/index.ts")]: "densely",
  [resolve("src/machine/runtime/worker.ts")]: "start-worker",
};

function modules(format: "es" | "cjs", extension: string): OutputOptions {
  return {
    dir: "dist",
    format,
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `[name].${extension}`,
    manualChunks: (id) => CHUNKS[id],
    // A bare import would only start a download earlier, and bundlers warn of it.
    hoistTransitiveImports: false,
    // Tells CommonJS by its text, for tools that look at no more, and that there is no default export.
    esModule: format === "cjs",
  };
}

function types(extension: string): OutputOptions {
  return {
    dir: "dist",
    format: "es",
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `types.${extension}`,
  };
}

/** The module of a script: everything that its entry points export. */
function scriptModule(name: string): Plugin {
  const entries = names.filter((other) => other === name || ENTRIES[other].inScriptOf === name);
  const code = entries
    .map((entry) => `export * from ${JSON.stringify(resolve(`src/${entry}.ts`))};`)
    .join("\n");
  return {
    name: "script-module",
    resolveId: (source) => (source === name ? source : null),
    load: (id) => (id === name ? code : null),
  };
}

/** A self-contained script for a page without modules. It puts its exports into the global `densely`. */
function script(name: string): RollupOptions & { output: OutputOptions[] } {
  return {
    input: name,
    plugins: [scriptModule(name), smallWorker, ...plugins],
    output: [
      {
        file: `dist/${name}.global.js`,
        format: "iife",
        name: ENTRIES[name].global,
        extend: true,
        inlineDynamicImports: true,
      },
    ],
  };
}

/** Doors that the program imports as files beside it, as any program of a user does. */
const besideProgram: Plugin = {
  name: "beside-program",
  resolveId(source, importer) {
    const name = /^\.\.\/(?:\.\.\/)?(\w+)\.js$/.exec(source)?.[1] ?? "";
    const isDoor = importer !== undefined && resolve(dirname(importer), source) === resolve(`src/${name}.js`);
    return isDoor && name in ENTRIES ? { id: `./${name}.js`, external: true } : null;
  },
};

/** The program, in one file: papaparse and its own code, without the library. */
const program: RollupOptions & { output: OutputOptions[] } = {
  input: "src/cli.ts",
  external: EXTERNAL,
  plugins: [besideProgram, ...plugins],
  output: [{ file: "dist/cli.js", format: "es", inlineDynamicImports: true, sourcemap: true }],
};

const configs: (RollupOptions & { output: OutputOptions[] })[] = [
  ...BUNDLES.flatMap(({ entries, plugins, core }) => [
    {
      input: withCore(entries, core),
      external: EXTERNAL,
      plugins,
      output: [{ ...modules("es", "js"), sourcemap: true }, modules("cjs", "cjs")],
    },
    {
      input: withCore(
        entries.filter((name) => ENTRIES[name].workerd),
        core,
      ),
      plugins: [wasmFiles, smallWorker, ...plugins],
      output: [modules("es", "workerd.js")],
    },
  ]),
  ...names.filter((name) => ENTRIES[name].global).map(script),
  program,
  {
    input: sources(names),
    plugins: [dts()],
    // The worker exports nothing, so its types are empty.
    onLog: (level, log, handle) => {
      if (log.code !== "EMPTY_BUNDLE") handle(level, log);
    },
    output: [types("d.ts"), types("d.cts")],
  },
];

export default configs;
