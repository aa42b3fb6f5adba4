/** npm run test:package: checks the tarball with publint and arethetypeswrong, and its types in programs of several kinds. */

import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { check, printTotals } from "./tally.js";
import { install, pack } from "./tarball.js";
import { findFile } from "./tools.js";

const TSC = resolve("node_modules/.bin/tsc");
const STRICT = ["--noEmit", "--allowJs", "--checkJs", "--strict", "--lib", "es2022,dom,esnext.disposable"];
/** Programs to check for each kind of module resolution. Only files named .cjs are CommonJS to all of them. */
const RESOLUTIONS = {
  nodenext: ["program.mjs", "program.cjs", "script.js"],
  bundler: ["program.mjs", "script.js"],
};

/** The least TypeScript that compiles the declarations, and the current one. */
const COMPILERS = {
  "TypeScript 5.0": () => findFile(["typescript-least/lib/tsc.js"]),
  "the current TypeScript": () => TSC,
};
/** Checks that programs of users may ask for, in the declarations of the package too. */
const STRICTEST = [
  ...["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"],
  ...["--skipLibCheck", "false", "--target", "es2022", "--lib", "es2022,dom"],
];

/** The files of dist/: modules with source maps, CommonJS, scripts, the build for workerd, and types. */
const KINDS = /^[\w-]+(\.(js|js\.map|cjs|global\.js|workerd\.js|wasm|d\.ts|d\.cts))$/;

const tarball = pack();
const app = install(tarball, ["test/package"]);
const dist = join(app, "node_modules/densely/dist");
const files = readdirSync(dist);

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { cwd: app, stdio: "inherit" });
}

await check("publint", () => run(process.execPath, findFile(["publint/src/cli.js"]), tarball, "--strict"));
await check("are the types wrong?", () =>
  run(process.execPath, findFile(["@arethetypeswrong/cli/dist/index.js"]), tarball),
);
for (const [resolution, programs] of Object.entries(RESOLUTIONS)) {
  const module = resolution === "bundler" ? "esnext" : resolution;
  await check(`types with moduleResolution ${resolution}`, () => {
    const options = [...STRICT, "--module", module, "--moduleResolution", resolution];
    run(TSC, ...options, "--typeRoots", resolve("node_modules/@types"), "--types", "node", ...programs);
  });
}
for (const [compiler, find] of Object.entries(COMPILERS)) {
  for (const [resolution, module] of Object.entries({ node16: "node16", bundler: "esnext" })) {
    await check(`types with ${compiler}, all its checks, and moduleResolution ${resolution}`, () => {
      const options = [...STRICTEST, "--module", module, "--moduleResolution", resolution];
      const files = resolution === "bundler" ? ["app.mts"] : ["app.mts", "app.cts"];
      run(process.execPath, find(), ...options, ...files);
    });
  }
}
await check("the program densely trains and predicts", () => {
  copyFileSync("examples/penguins.csv", join(app, "penguins.csv"));
  run("npx", "densely", "train", "penguins.csv", "--target", "species", "--epochs", "20");
  const predicted = execFileSync("npx", ["densely", "predict", "penguins.safetensors", "penguins.csv"], {
    cwd: app,
    encoding: "utf8",
  });
  const [header, ...rows] = predicted.trimEnd().split("\n");
  return header.includes("prediction") && rows.length === 344;
});
await check("public types name no type of WebAssembly", () => {
  const declarations = files.filter((file) => /\.d\.c?ts$/.test(file));
  return declarations.every((file) => !readFileSync(join(dist, file), "utf8").includes("WebAssembly."));
});
await check("the network of densely/core has the bits of that of densely", () =>
  run(process.execPath, "lean.mjs"),
);
await check("importing has no side effects", () => run(process.execPath, "--frozen-intrinsics", "pure.mjs"));
await check("the package has the files that its users need and no others", () => {
  console.log(files.join(" "));
  const top = readdirSync(join(dist, "..")).sort().join(" ");
  return (
    top === "CHANGELOG.md LICENSE NOTICE README.md dist package.json" &&
    files.every((file) => KINDS.test(file))
  );
});
printTotals();
