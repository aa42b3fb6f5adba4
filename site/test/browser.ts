/** Browsers without a window, and pages of the site that report their errors. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, inject } from "vitest";
import { type Browser, launch, type Page } from "../../scripts/browsers.js";

/** The part of a page of puppeteer-core that these tests use. */
export interface SitePage extends Page {
  setViewport(size: { width: number; height: number }): Promise<void>;
  emulateMediaFeatures(features: readonly { name: string; value: string }[]): Promise<void>;
  waitForFunction(script: string, options?: { polling?: number }): Promise<unknown>;
  waitForSelector(selector: string): Promise<unknown>;
  click(selector: string): Promise<void>;
  focus(selector: string): Promise<void>;
  type(selector: string, text: string): Promise<void>;
  select(selector: string, ...values: string[]): Promise<string[]>;
  reload(): Promise<unknown>;
  /** Chromium alone has it. */
  setOfflineMode(isOffline: boolean): Promise<void>;
  evaluateOnNewDocument(script: string): Promise<unknown>;
  url(): string;
  screenshot(options: {
    path: string;
    fullPage?: boolean;
    type?: "png" | "webp";
    quality?: number;
  }): Promise<unknown>;
  readonly touchscreen: {
    touchStart(x: number, y: number): Promise<unknown>;
    touchMove(x: number, y: number): Promise<void>;
    touchEnd(): Promise<void>;
  };
  readonly keyboard: { press(key: string): Promise<void> };
  readonly mouse: {
    move(x: number, y: number, options?: { steps?: number }): Promise<void>;
    down(): Promise<void>;
    up(): Promise<void>;
  };
}

/** A page of the site with all errors that it has reported so far. */
export interface Visit {
  readonly page: SitePage;
  readonly errors: readonly string[];
}

export const BROWSERS = ["chrome", "firefox"] as const;
export type BrowserName = (typeof BROWSERS)[number];

const browsers = new Map<BrowserName, Promise<Browser>>();

function browser(name: BrowserName): Promise<Browser> {
  const running = browsers.get(name) ?? launch(name);
  browsers.set(name, running);
  return running;
}

afterAll(async () => {
  for (const running of browsers.values()) await (await running).close();
  browsers.clear();
});

/**
 * Opens a path of the site, such as "play/". The caller closes the page.
 * @param script runs in the page before its own ones.
 */
export async function visit(
  path: string,
  name: BrowserName = "chrome",
  width = 1280,
  script?: string,
): Promise<Visit> {
  const page = (await (await browser(name)).newPage()) as SitePage;
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if ((message as { type?(): string }).type?.() === "error") errors.push(message.text());
  });
  if (script !== undefined) await page.evaluateOnNewDocument(script);
  await page.setViewport({ width, height: 900 });
  await page.goto(`${inject("site")}/${path}`);
  return { page, errors };
}

/** Clicks an element as soon as a condition holds in the page, which may not hold for long. */
export const clickOnce = (page: SitePage, selector: string, condition: string): Promise<void> =>
  page.evaluate<void>(`new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!(${condition})) return;
      observer.disconnect();
      document.querySelector("${selector}").click();
      resolve();
    });
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  })`);

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The serious faults that axe finds: the rule and the first element of each. */
export async function faultsOf(page: SitePage): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate<string[]>(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => id + ": " + nodes[0].html.slice(0, 160) + " " + nodes[0].failureSummary))`);
}
