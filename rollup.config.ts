import { nodeResolve } from "@rollup/plugin-node-resolve";
import type { OutputOptions, RollupOptions } from "rollup";
import dts from "rollup-plugin-dts";
import esbuild from "rollup-plugin-esbuild";

const input = { index: "src/index.ts", relaxed: "src/relaxed.ts", article: "src/article.ts" };

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
    plugins: [nodeResolve(), esbuild({ target: "es2022", minify: true })],
    output: [modules, commonjs],
  })),
  { input, plugins: [dts()], output: types },
];

export default configs;
