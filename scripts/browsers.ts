/** Starts real browsers without a window, and serves the pages that they open. */

import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { findFile, importTool } from "./tools.js";

/** The part of puppeteer-core that is used here. */
export interface Page {
  goto(url: string): Promise<unknown>;
  evaluate<T>(script: string): Promise<T>;
  on(event: "console", listener: (message: { text(): string }) => void): unknown;
  on(event: "pageerror", listener: (error: unknown) => void): unknown;
  setDefaultTimeout(milliseconds: number): void;
  close(): Promise<void>;
}

export interface Browser {
  newPage(): Promise<Page>;
  version(): Promise<string>;
  close(): Promise<void>;
}

interface Puppeteer {
  launch(options: Record<string, unknown>): Promise<Browser>;
}

const PATHS = {
  chrome: [process.env.CHROMIUM ?? "/usr/bin/chromium", "/usr/bin/google-chrome"],
  firefox: [process.env.FIREFOX ?? "/usr/bin/firefox-esr", "/usr/bin/firefox"],
};
const PACKAGES = { chrome: "chromium", firefox: "firefox-esr" };

/** Milliseconds after which a browser or a page is taken to hang: a slow machine is no failure. */
const PATIENCE = 240_000;

/** Switches off Chromium's background traffic, since the tests need no network. */
const QUIET = ["disable-background-networking", "disable-component-update", "disable-sync", "no-first-run"];
const CHROMIUM_ARGS = ["no-sandbox", "disable-gpu", ...QUIET].map((name) => `--${name}`);

export async function launch(browser: "chrome" | "firefox"): Promise<Browser> {
  const remedy = `apt-get install ${PACKAGES[browser]}, or its path in ${browser === "chrome" ? "CHROMIUM" : "FIREFOX"}`;
  const executablePath = findFile(PATHS[browser], remedy);
  const { default: puppeteer } = await importTool<{ default: Puppeteer }>("puppeteer-core");
  const args = browser === "chrome" ? CHROMIUM_ARGS : [];
  const options = {
    browser,
    executablePath,
    headless: true,
    args,
    timeout: PATIENCE,
    protocolTimeout: PATIENCE,
  };
  const host = await puppeteer.launch(options);
  return {
    async newPage() {
      const page = await host.newPage();
      page.setDefaultTimeout(PATIENCE);
      return page;
    },
    version: () => host.version(),
    close: () => host.close(),
  };
}

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** Serves the files below a folder, with these headers in every response. The address of a folder is that of its index.html. */
export async function serve(
  folder: string,
  headers: Record<string, string> = {},
): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://host");
    const file = join(folder, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    const isFile = existsSync(file) && statSync(file).isFile();
    // Browsers request an icon on their own and would report that it is missing.
    response.writeHead(isFile ? 200 : pathname === "/favicon.ico" ? 204 : 404, {
      "content-type": TYPES[extname(file)] ?? "text/plain",
      ...headers,
    });
    if (isFile) createReadStream(file).pipe(response);
    else response.end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
