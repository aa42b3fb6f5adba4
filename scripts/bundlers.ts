/**
 * npm run test:bundlers: builds a small app with each bundler, without configuration, from the packed package, and checks
 * that the app trains in Chromium; runs tests of it in Jest, in environments that imitate a page, and in stores.
 */

import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { launch, serve } from "./browsers.js";
import { check, printTotals } from "./tally.js";
import { install, pack } from "./tarball.js";
import { findFile, importTool, versionOf } from "./tools.js";

const ANSWER = "0,1,1,0 true";
const app = install(pack(), ["test/bundlers", "test/environments"]);
const entry = join(app, "main.js");

/** Builds the app into a folder, by the name of the bundler. */
const bundlers: Record<string, (outdir: string) => Promise<unknown>> = {
  async esbuild(outdir) {
    const { build } = await importTool<typeof import("esbuild")>("esbuild");
    await build({ entryPoints: [entry], outdir, bundle: true, minify: true });
  },
  async rollup(dir) {
    const { rollup } = await importTool<typeof import("rollup")>("rollup");
    const { nodeResolve } = await import("@rollup/plugin-node-resolve");
    await (await rollup({ input: entry, plugins: [nodeResolve()] })).write({ dir });
  },
  async webpack(path) {
    type Done = (error: Error | null, stats?: { hasErrors(): boolean; toString(): string }) => void;
    type Webpack = (options: object, done: Done) => void;
    const { default: webpack } = await importTool<{ default: Webpack }>("webpack");
    await new Promise<void>((resolve, reject) =>
      webpack({ context: app, entry: "./main.js", mode: "production", output: { path } }, (error, stats) => {
        if (error ?? stats?.hasErrors()) reject(error ?? new Error(stats?.toString()));
        else resolve();
      }),
    );
  },
  async vite(outDir) {
    type Vite = { build(options: object): Promise<unknown> };
    const { build } = await importTool<Vite>("vite");
    await build({ root: app, build: { outDir }, logLevel: "warn" });
  },
};

/** A test for Jest, in the environment of Node.js or in one that imitates a page. */
interface JestTest {
  test: string;
  jest?: string;
  environment?: string;
}

const JEST: Readonly<Record<string, JestTest>> = {
  "Jest 30": { test: "main" },
  "Jest 30 with jsdom": { test: "page", environment: "jest-environment-jsdom" },
  "Jest 29 with jsdom": { test: "page", jest: "jest-29", environment: "jest-environment-jsdom-29" },
  "Jest 30 with happy-dom": { test: "page", environment: "@happy-dom/jest-environment" },
  "stores of Vue and MobX": { test: "stores" },
};

/** The app's answer in Chromium. */
async function answerOf({ url, close }: { url: string; close: () => unknown }): Promise<string> {
  const browser = await launch("chrome");
  try {
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.error(error));
    await page.goto(`${url}/index.html`);
    return await page.evaluate<string>("globalThis.answer");
  } finally {
    await browser.close();
    await close();
  }
}

/** Starts Vite's development server, which bundles each package separately. */
async function viteServer() {
  type Server = { listen(): Promise<{ resolvedUrls: { local: string[] } }>; close(): Promise<void> };
  const { createServer } = await importTool<{ createServer(options: object): Promise<Server> }>("vite");
  const server = await createServer({ root: app, logLevel: "warn" });
  const [url] = (await server.listen()).resolvedUrls.local;
  return { url: url.replace(/\/$/, ""), close: () => server.close() };
}

function sizeOf(folder: string): string {
  const scripts = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".js"),
  );
  const sizes = scripts.map((file) => gzipSync(readFileSync(join(folder, file))).length);
  return `${(sizes.reduce((sum, size) => sum + size, 0) / 1000).toFixed(1)} kB gzipped`;
}

for (const [name, build] of Object.entries(bundlers)) {
  await check(`${name}: a bundle trains`, async () => {
    const folder = join(app, `${name}-bundle`);
    await build(folder);
    if (name !== "vite") copyFileSync(join(app, "index.html"), join(folder, "index.html"));
    const answer = await answerOf(await serve(folder));
    console.log(`${name} ${versionOf(name)}: ${answer}, ${sizeOf(folder)}`);
    return answer === ANSWER;
  });
}
await check(
  "vite: its development server trains",
  async () => (await answerOf(await viteServer())) === ANSWER,
);
for (const [name, { test, jest = "jest", environment }] of Object.entries(JEST)) {
  await check(`${name}: a test trains`, () => {
    const folder = environment ? findFile([environment]) : "node";
    // A slow machine is no failure.
    const patience = ["--testTimeout", "120000"];
    const options = ["--rootDir", app, "--env", folder, ...patience, "--testRegex", `/${test}\\.test\\.cjs$`];
    execFileSync(process.execPath, [findFile([`${jest}/bin/jest.js`]), ...options], {
      cwd: app,
      stdio: "inherit",
      // The stores are not in the app's folder.
      env: { ...process.env, NODE_PATH: resolve(".ci/node_modules") },
    });
  });
}
printTotals();
