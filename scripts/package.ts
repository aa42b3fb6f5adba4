/** npm run test:package: what judges of packages say of the tarball, and whether its types do in programs of all kinds. */

import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { check, printTotals } from "./tally.js";
import { install, pack } from "./tarball.js";
import { findFile } from "./tools.js";

const TSC = resolve("node_modules/.bin/tsc");
const STRICT = ["--noEmit", "--allowJs", "--checkJs", "--strict", "--lib", "es2022,dom,esnext.disposable"];
/** Programs that a way to resolve modules is for: only files named .cjs are CommonJS to all of them. */
const RESOLUTIONS = {
  nodenext: ["program.mjs", "program.cjs", "script.js"],
  bundler: ["program.mjs", "script.js"],
};

const tarball = pack();
const app = install(tarball, ["test/types"]);

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { cwd: app, stdio: "inherit" });
}

await check("publint", () => run(process.execPath, findFile(["publint/src/cli.js"]), tarball, "--strict"));
await check("are the types wrong?", () =>
  run(process.execPath, findFile(["@arethetypeswrong/cli/dist/index.js"]), tarball),
);
for (const [resolution, files] of Object.entries(RESOLUTIONS)) {
  const module = resolution === "bundler" ? "esnext" : resolution;
  await check(`types with moduleResolution ${resolution}`, () => {
    const options = [...STRICT, "--module", module, "--moduleResolution", resolution];
    run(TSC, ...options, "--typeRoots", resolve("node_modules/@types"), "--types", "node", ...files);
  });
}
await check("the package holds what its users need and nothing else", () => {
  const package_ = join(app, "node_modules/densely");
  const files = readdirSync(package_).sort().join(" ");
  const extensions = readdirSync(join(package_, "dist")).map((file) => file.replace(/^[^.]*/, ""));
  console.log(files, [...new Set(extensions)].sort().join(" "));
  return files === "CHANGELOG.md LICENSE README.md dist package.json";
});
printTotals();
