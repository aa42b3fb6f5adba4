/** npm run test:refusals: checks the errors and warnings of the package in real hosts that forbid WebAssembly or workers. */

import { join } from "node:path";
import { launch, serve } from "./browsers.js";
import { check, printTotals } from "./tally.js";
import { install, pack } from "./tarball.js";
import { bundleWorker, startWorker } from "./workerd.js";

const app = install(pack(), ["test/refusals"]);

/** True if a page under a Content-Security-Policy answers with all of these words. */
async function pageSays(
  browser: "chrome" | "firefox",
  policy: string,
  words: readonly string[],
  file = "page.html",
): Promise<boolean> {
  const [host, server] = [await launch(browser), await serve(app, { "content-security-policy": policy })];
  try {
    const page = await host.newPage();
    await page.goto(`${server.url}/${file}`);
    const answer = await page.evaluate<string>("globalThis.answer");
    console.log(answer);
    return words.every((word) => answer.includes(word));
  } finally {
    await host.close();
    server.close();
  }
}

for (const browser of ["chrome", "firefox"] as const) {
  const remedy = ["RuntimeError", "Content-Security-Policy", "'wasm-unsafe-eval'"];
  await check(`${browser}: the error for script-src 'self' names the remedy`, () =>
    pageSays(browser, "script-src 'self'", remedy),
  );
  await check(`${browser}: the remedy works`, () =>
    pageSays(browser, "script-src 'self' 'wasm-unsafe-eval'", ["1 prediction"]),
  );
  const forbidsBlobs = "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";
  const fallback = [
    "file: 0 warnings",
    "text: densely trains in slices",
    "again: 0 warnings",
    "the same bits",
  ];
  await check(`${browser}: a worker starts from a file, or training stays on the page`, () =>
    pageSays(browser, forbidsBlobs, fallback, "workers.html"),
  );
}
/** True if a Worker answers with all of these words. */
async function workerSays(file: string, words: readonly string[]): Promise<boolean> {
  const worker = await startWorker(await bundleWorker(join(app, file)));
  try {
    const answer = await (await worker.fetch("/")).text();
    console.log(answer);
    return words.every((word) => answer.includes(word));
  } finally {
    await worker.dispose();
  }
}

await check("workerd: the build for other runtimes names the one for Workers", () =>
  workerSays("worker.js", ["RuntimeError", '"workerd"']),
);
await check("workerd: threads are one thread, which a warning says once", () =>
  workerSays("threads.js", ["the same bits", "1 warning: densely computes on one thread"]),
);
printTotals();
