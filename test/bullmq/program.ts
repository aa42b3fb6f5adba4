import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";

/** A process of densely work, and its standard error. */
export interface Work {
  readonly child: ChildProcess;
  readonly said: { text: string };
  /** Code with which it ends. */
  readonly ended: Promise<number | null>;
}

/** Starts densely work from its sources. */
export function startWork(words: string[], variables: Record<string, string> = {}): Work {
  const program = ["--import", resolve("node_modules/tsx/dist/loader.mjs"), resolve("src/cli.ts"), "work"];
  const child = spawn(process.execPath, [...program, ...words], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...variables },
  });
  const said = { text: "" };
  child.stderr.on("data", (part) => {
    said.text += part;
  });
  return { child, said, ended: new Promise((done) => child.on("close", done)) };
}
