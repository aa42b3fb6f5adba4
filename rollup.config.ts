import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import type { OutputOptions, Plugin, RollupOptions } from "rollup";
import dts from "rollup-plugin-dts";
import esbuild from "rollup-plugin-esbuild";

const input = {
  index: "src/index.ts",
  relaxed: "src/relaxed.ts",
  article: "src/article.ts",
  formats: "src/formats.ts",
  node: "src/node.ts",
};

/** Doors to the user's own networks import the main one, so that they share its classes and carry no second core. */
const mainDoor: Plugin = {
  name: "main-door",
  resolveId: (source) =>
    /^\.\.?\/(index|errors)\.js$/.test(source) ? { id: "densely", external: true } : null,
};
const GUESTS = ["formats", "node"];

/** Enums as plain objects without their reverse keys, whose members the minifier then replaces with numbers. */
const plainEnums: Plugin = {
  name: "plain-enums",
  transform(code, id) {
    if (!id.endsWith("assembly/isa.ts")) return null;
    const plain = code.replace(/export enum (\w+) \{([^}]*)\}/g, (_, name, body: string) => {
      const members = body.replace(/\/\*.*?\*\//g, "").match(/\w+/g) ?? [];
      return `export const ${name} = { ${members.map((member, i) => `${member}: ${i}`).join(", ")} };`;
    });
    return { code: plain, map: null };
  },
};

/** Node prints the line that threw: in short lines the message stays in sight. */
const compact = terser({
  module: true,
  ecma: 2020,
  compress: { passes: 3 },
  format: { max_line_len: 400 },
});

const modules: OutputOptions = { dir: "dist", format: "es", entryFileNames: "[name].js", sourcemap: true };
const commonjs: OutputOptions = { dir: "dist", format: "cjs", entryFileNames: "[name].cjs", sourcemap: true };
const types: OutputOptions[] = [
  { dir: "dist", format: "es", entryFileNames: "[name].d.ts", chunkFileNames: "types.d.ts" },
  { dir: "dist", format: "es", entryFileNames: "[name].d.cts", chunkFileNames: "types.d.cts" },
];

/** One bundle an entry point, so that each file stands by itself; then the types of all. */
const configs: (RollupOptions & { output: OutputOptions[] })[] = [
  ...Object.entries(input).map(([name, file]) => ({
    input: { [name]: file },
    external: /^node:/,
    plugins: [
      GUESTS.includes(name) && mainDoor,
      nodeResolve(),
      plainEnums,
      esbuild({ target: "es2022" }),
      compact,
    ],
    output: [modules, commonjs],
  })),
  { input, plugins: [dts()], output: types },
];

export default configs;
