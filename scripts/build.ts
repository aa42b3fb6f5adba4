/** npm run build: builds the core, then dist/ with its types. */

import { rmSync, writeFileSync } from "node:fs";
import { rollup } from "rollup";
import { buildCore } from "./core.js";
import { ENTRIES, globalTypes } from "./entries.js";

await buildCore();
rmSync("dist", { recursive: true, force: true });
const { default: configs } = await import("../rollup.config.js");
for (const config of configs) {
  const bundle = await rollup(config);
  for (const output of config.output) await bundle.write(output);
  await bundle.close();
}
for (const [name, { script }] of Object.entries(ENTRIES)) {
  if (!script) continue;
  const { default: text } = await import(`../build/${name}.js`);
  for (const extension of ["js", "cjs"]) writeFileSync(`dist/${name}.${extension}`, `${text}\n`);
}
writeFileSync("dist/global.d.ts", globalTypes());
