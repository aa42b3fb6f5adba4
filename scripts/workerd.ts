/** Runs Workers in Cloudflare's workerd, through miniflare. */

import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { importTool } from "./tools.js";

interface Bundler {
  build(options: Record<string, unknown>): Promise<unknown>;
}

interface Miniflare {
  dispatchFetch(url: string, init?: RequestInit): Promise<Response>;
  dispose(): Promise<void>;
}

/** A running Worker. */
export interface Worker {
  fetch(path: string, init?: RequestInit): Promise<Response>;
  dispose(): Promise<void>;
}

/** Bundles a Worker as wrangler does: with the condition workerd and with .wasm files as modules. @returns the bundle's path */
export async function bundleWorker(entry: string): Promise<string> {
  const { default: esbuild } = await importTool<{ default: Bundler }>("esbuild");
  const outdir = join(dirname(entry), "worker-bundle");
  await esbuild.build({
    entryPoints: [entry],
    outdir,
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    loader: { ".wasm": "copy" },
    logLevel: "error",
  });
  return join(outdir, basename(entry));
}

/** Starts a bundled Worker with additional options of Miniflare. */
export async function startWorker(script: string, options: object = {}): Promise<Worker> {
  const { Miniflare } = await importTool<{ Miniflare: new (options: unknown) => Miniflare }>("miniflare");
  const worker = new Miniflare({
    modules: true,
    script: readFileSync(script, "utf8"),
    scriptPath: script,
    modulesRoot: dirname(script),
    modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
    compatibilityDate: "2026-04-01",
    ...options,
  });
  return {
    fetch: (path, init) => worker.dispatchFetch(`http://worker${path}`, init),
    dispose: () => worker.dispose(),
  };
}
