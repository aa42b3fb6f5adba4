/**
 * npm run test:docs: every file of docs/runtimes/*.md (a code block with a name) runs on the packed package in its
 * runtime and prints what the page says in its ```text block.
 */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launch, serve } from "./browsers.js";
import { check, printTotals } from "./tally.js";
import { install, pack } from "./tarball.js";
import { findBun, findDeno, findFile, findNode, importTool } from "./tools.js";
import { bundleWorker, startWorker } from "./workerd.js";

const FILE = /```(?:js|html) (\S+)\n(.*?)```/gs;
const OUTPUT = /```text\n(.*?)```/s;

/** Runs a file and returns what it printed. */
type Run = (app: string, file: string) => string | Promise<string>;

function command(find: () => string, ...args: string[]): Run {
  return (app, file) => {
    const options = { cwd: app, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } } as const;
    const { stdout, stderr } = spawnSync(find(), [...args, file], options);
    return stdout + stderr;
  };
}

/** Opens a page in Chromium and returns the first line of its console. */
async function open(app: string, file: string): Promise<string> {
  const [browser, server] = [await launch("chrome"), await serve(app)];
  try {
    const page = await browser.newPage();
    const line = new Promise<string>((resolve) => {
      page.on("console", (message) => resolve(message.text()));
      page.on("pageerror", (error) => resolve(String(error)));
    });
    await page.goto(`${server.url}/${file}`);
    return await line;
  } finally {
    await browser.close();
    server.close();
  }
}

async function openBundle(app: string, file: string): Promise<string> {
  const { build } = await importTool<typeof import("esbuild")>("esbuild");
  const options = { bundle: true, format: "esm", allowOverwrite: true } as const;
  await build({ ...options, entryPoints: [join(app, file)], outfile: join(app, "bundle.js") });
  writeFileSync(join(app, "bundle.html"), '<script type="module" src="bundle.js"></script>');
  return open(app, "bundle.html");
}

async function ask(app: string, file: string): Promise<string> {
  const worker = await startWorker(await bundleWorker(join(app, file)));
  try {
    return await (await worker.fetch("/")).text();
  } finally {
    await worker.dispose();
  }
}

const jest: Run = (app, file) =>
  command(() => process.execPath, findFile(["jest/bin/jest.js"]), "--rootDir", app)(app, file);

/** Each page with what runs its files, by the name of the runtime. */
const pages: Record<string, Record<string, Run>> = {
  node: Object.fromEntries([20, 22, 24].map((major) => [`Node.js ${major}`, command(() => findNode(major))])),
  deno: { Deno: command(findDeno, "run", "--quiet") },
  bun: { Bun: command(findBun) },
  browser: { Chromium: open },
  bundlers: { esbuild: openBundle },
  "cloudflare-workers": { workerd: ask },
  jest: { Jest: jest },
};

const tarball = pack();
for (const [name, runs] of Object.entries(pages)) {
  const text = readFileSync(`docs/runtimes/${name}.md`, "utf8");
  const said = OUTPUT.exec(text)?.[1].trim() ?? "";
  const app = install(tarball);
  for (const [, file, code] of text.matchAll(FILE)) {
    writeFileSync(join(app, file), code);
    for (const [runtime, run] of Object.entries(runs)) {
      await check(`${name}.md: ${file} in ${runtime}`, async () => {
        const output = await run(app, file);
        console.log(output.trim());
        return said !== "" && output.includes(said);
      });
    }
  }
}
printTotals();
