/**
 * npm run test:docs: every file of docs/runtimes/*.md (a code block with a name) runs on the packed package in its
 * runtime and prints what the page says in its ```text block. A file in jsx is there for the others.
 */

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { launch, serve } from "./browsers.js";
import { check, printTotals } from "./tally.js";
import { install, pack } from "./tarball.js";
import { findBun, findDeno, findFile, findNode, importTool } from "./tools.js";
import { bundleWorker, startWorker } from "./workerd.js";

const FILE = /```(js|jsx|html) (\S+)\n(.*?)```/gs;
const OUTPUT = /```text\n(.*?)```/s;

/** Runs a file and returns its output. */
type Run = (app: string, file: string) => string | Promise<string>;

function command(find: () => string, ...args: string[]): Run {
  return (app, file) => {
    const options = { cwd: app, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } } as const;
    const { stdout, stderr } = spawnSync(find(), [...args, file], options);
    return stdout + stderr;
  };
}

/** The first line on the console of a page in Chromium, or its error. */
async function consoleOf(url: string): Promise<string> {
  const browser = await launch("chrome");
  try {
    const page = await browser.newPage();
    const line = new Promise<string>((resolve) => {
      page.on("console", (message) => resolve(message.text()));
      page.on("pageerror", (error) => resolve(String(error)));
    });
    await page.goto(url);
    return await line;
  } finally {
    await browser.close();
  }
}

async function open(app: string, file: string): Promise<string> {
  const server = await serve(app);
  try {
    return await consoleOf(`${server.url}/${file}`);
  } finally {
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
  command(
    () => process.execPath,
    findFile(["jest/bin/jest.js"]),
    "--testTimeout=120000",
    "--rootDir",
    app,
  )(app, file);

/** Builds and serves an app inside .ci/, so that it finds Next.js in .ci/node_modules. */
async function next(app: string): Promise<string> {
  const command = findFile(["next/dist/bin/next"]);
  const cwd = install(tarball, [app], ".ci");
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
  execFileSync(process.execPath, [command, "build"], { cwd, env, stdio: "inherit" });
  const server = spawn(process.execPath, [command, "start", "--port", "0"], { cwd, env });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let log = "";
      server.stdout.on("data", (text) => {
        log += text;
        const local = /http:\S+/.exec(log)?.[0];
        if (local && log.includes("Ready")) resolve(local);
      });
      server.on("exit", () => reject(new Error(log)));
    });
    const html = await (await fetch(url)).text();
    const shown = /<p>(.*?)<\/p>/.exec(html)?.[1];
    const logged = await consoleOf(url);
    return shown === logged ? logged : `${shown} on the server and ${logged} in the browser`;
  } finally {
    server.kill();
  }
}

const tarball = pack();

const nodes = Object.fromEntries(
  [20, 22, 24].map((major) => [`Node.js ${major}`, command(() => findNode(major))]),
);
const deno = { Deno: command(findDeno, "run", "--quiet") };
const bun = { Bun: command(findBun) };

/** Each page with what runs its files, by the name of the runtime. */
const pages: Record<string, Record<string, Run>> = {
  node: nodes,
  deno,
  bun,
  browser: { Chromium: open },
  workers: { ...nodes, ...deno, ...bun, esbuild: openBundle },
  bundlers: { esbuild: openBundle },
  "cloudflare-workers": { workerd: ask },
  jest: { Jest: jest },
  next: { "Next.js": next },
};

for (const [name, runs] of Object.entries(pages)) {
  const text = readFileSync(`docs/runtimes/${name}.md`, "utf8");
  const said = OUTPUT.exec(text)?.[1].trim() ?? "";
  const app = install(tarball);
  const files = [...text.matchAll(FILE)];
  for (const [, , file, code] of files) {
    mkdirSync(dirname(join(app, file)), { recursive: true });
    writeFileSync(join(app, file), code);
  }
  for (const [, language, file] of files) {
    if (language === "jsx") continue;
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
