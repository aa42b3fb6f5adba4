import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { build } from "esbuild";
import type { JobReport } from "../../src/bullmq.js";
import type { WorkerOptions } from "./worker.js";

/** Programs of the tests, bundled once so that they start quickly. */
export class Programs {
  /** Below node_modules of this package, which the programs import. */
  readonly #folder = mkdtempSync(join("build", "programs-"));
  readonly #children = new Set<ChildProcess>();

  /** Bundles test/bullmq/NAME.ts for each name. */
  static async build(...names: string[]): Promise<Programs> {
    const programs = new Programs();
    await build({
      entryPoints: names.map((name) => `test/bullmq/${name}.ts`),
      outdir: programs.#folder,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      platform: "node",
      format: "esm",
      external: ["bullmq"],
      logLevel: "error",
    });
    return programs;
  }

  /** Starts a program and waits until it says "ready". */
  async start(
    name: string,
    argument: object,
    onMessage: (message: unknown) => void = () => {},
  ): Promise<ChildProcess> {
    const paths = [resolve("node_modules"), process.env.NODE_PATH].filter(Boolean).join(delimiter);
    const child = fork(join(this.#folder, `${name}.mjs`), [JSON.stringify(argument)], {
      env: { ...process.env, NODE_PATH: paths },
      execArgv: [],
    });
    this.#children.add(child);
    child.on("exit", () => this.#children.delete(child));
    await new Promise<void>((ready, reject) => {
      child.on("message", (message) => (message === "ready" ? ready() : onMessage(message)));
      child.on("exit", (code) => reject(new Error(`${name} has ended with ${code}`)));
    });
    return child;
  }

  worker(options: WorkerOptions, onJob: (report: JobReport) => void = () => {}): Promise<ChildProcess> {
    return this.start("worker", options, (message) => onJob(message as JobReport));
  }

  /** Ends all that were started. */
  async stop(): Promise<void> {
    await Promise.all([...this.#children].map(end));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Resolves once a process has ended. */
export function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise<void>((resolve) => child.once("exit", () => resolve()));
}

/** Ends a process at once. */
export function end(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  return ended(child);
}
