/**
 * npm run test:runtimes: runs the conformance suite on the packed package in every runtime and prints a table of results.
 * --write renews the table in docs/runtimes.md if all runtimes are installed.
 */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launch, serve } from "./browsers.js";
import { count, printTotals } from "./tally.js";
import { install, pack } from "./tarball.js";
import { findBun, findDeno, findNode, NotInstalled, versionOf } from "./tools.js";
import { bundleWorker, startWorker } from "./workerd.js";

/** The result of test/conformance/suite.js. */
interface Report {
  math: string;
  passed: number;
  failures: string[];
  hash: string;
  parts: Record<string, string>;
}

interface Result extends Report {
  runtime: string;
  version: string;
}

const PAGE = "docs/runtimes.md";
const TABLE = /(?<=<!-- npm run test:runtimes -->\n\n).*?(?=\n<!-- end -->)/s;
const writes = process.argv.includes("--write");

const app = install(pack(), ["test/conformance"]);
const drivers = join(app, "drivers");

/** Runs the suite with a command. */
function command(find: () => string, driver: string, args: readonly string[] = []) {
  return async () => {
    const run = (...words: string[]) => execFileSync(find(), words, { cwd: app, encoding: "utf8" });
    const version = /\d+\.\d+\.\d+/.exec(run("--version"))?.[0] ?? "";
    return { version, report: JSON.parse(run(...args, join(drivers, driver))) as Report };
  };
}

/** Runs the suite on a page in a browser, served with these headers. */
function page(browser: "chrome" | "firefox", file: string, headers: Record<string, string> = {}) {
  return async () => {
    const [host, server] = [await launch(browser), await serve(app, headers)];
    try {
      const tab = await host.newPage();
      await tab.goto(`${server.url}/drivers/${file}`);
      const report = await tab.evaluate<Report>("globalThis.report");
      return { version: /[\d.]*\d/.exec(await host.version())?.[0] ?? "", report };
    } finally {
      await host.close();
      server.close();
    }
  };
}

async function worker() {
  const host = await startWorker(await bundleWorker(join(drivers, "worker.js")));
  try {
    const response = await host.fetch("/");
    return { version: versionOf("workerd"), report: (await response.json()) as Report };
  } finally {
    await host.dispose();
  }
}

/** Makes a page cross-origin isolated, so that its threads may share memory. */
const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

const runtimes = {
  "Node.js 20, import": command(() => findNode(20), "process.js"),
  "Node.js 20, require": command(() => findNode(20), "require.cjs"),
  "Node.js 22, import": command(() => findNode(22), "process.js"),
  "Node.js 22, require": command(() => findNode(22), "require.cjs"),
  "Node.js 24, import": command(() => findNode(24), "process.js"),
  "Node.js 24, require": command(() => findNode(24), "require.cjs"),
  "Chromium, modules": page("chrome", "module.html"),
  "Chromium, scripts": page("chrome", "script.html"),
  "Firefox, modules": page("firefox", "module.html"),
  "Firefox, scripts": page("firefox", "script.html"),
  "Cloudflare workerd": worker,
  Deno: command(findDeno, "process.js", ["run", "--quiet", "--allow-read=.", "--allow-write=."]),
  Bun: command(findBun, "process.js"),
  "Node.js 20, threads": command(() => findNode(20), "threads.js"),
  "Node.js 22, threads": command(() => findNode(22), "threads.js"),
  "Node.js 24, threads": command(() => findNode(24), "threads.js"),
  "Chromium, threads": page("chrome", "threads.html", ISOLATED),
  "Firefox, threads": page("firefox", "threads.html", ISOLATED),
  "Deno, threads": command(findDeno, "threads.js", ["run", "--quiet", "--allow-read=.", "--allow-write=."]),
  "Bun, threads": command(findBun, "threads.js"),
};

/** Runs the suite in one runtime. @returns null if the runtime is not installed, except in CI, where that is a failure */
async function tryIn(runtime: string, run: (typeof runtimes)["Bun"]): Promise<Result | null> {
  try {
    const { version, report } = await run();
    return { runtime, version, ...report };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof NotInstalled && !process.env.CI) {
      console.log(`${runtime}: ${reason}`);
      return null;
    }
    return { runtime, version: "", math: "", passed: 0, failures: [reason], hash: "", parts: {} };
  }
}

/** The table of docs/runtimes.md. */
function table(results: readonly Result[]): string {
  const rows = results.map(({ runtime, version, math, passed, failures, hash }) => {
    const tests =
      failures.length > 0 ? `**${failures.length} failed**, ${passed} passed` : `${passed} passed`;
    return `| ${runtime} | ${version} | ${math} | ${tests} | \`${hash.slice(0, 12)}\` |`;
  });
  return `| Runtime | Version | \`math: relaxed\` runs | Tests | Hash of the weights |\n|---|---|---|---|---|\n${rows.join("\n")}\n`;
}

/** The fixed networks that end with different bits than in the first runtime, as sentences. */
function differences(results: readonly Result[]): string[] {
  const first = results.find(({ hash }) => hash !== "") ?? results[0];
  return results.flatMap(({ runtime, parts }) =>
    Object.keys(parts)
      .filter((name) => parts[name] !== first.parts[name])
      .map((name) => `${runtime}: the network "${name}" ends with different bits than in ${first.runtime}`),
  );
}

const results: Result[] = [];
for (const [runtime, run] of Object.entries(runtimes)) {
  const result = await tryIn(runtime, run);
  if (!result) continue;
  results.push(result);
  for (const failure of result.failures) console.error(`${runtime}: ${failure}`);
}
for (const difference of differences(results)) console.error(difference);
console.log(`\n${table(results)}`);

if (writes && results.length === Object.keys(runtimes).length) {
  const page = readFileSync(PAGE, "utf8");
  writeFileSync(
    PAGE,
    page.replace(TABLE, () => table(results)),
  );
}
const failed = results.filter(({ failures }) => failures.length > 0).map(({ runtime }) => runtime);
count(results.length - failed.length, failed.length, failed);
printTotals();
