import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Contestant } from "../peers/index.js";
import type { Task } from "../workloads/index.js";

const root = new URL("../", import.meta.url);
const THREADS = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"];

/** A request to a contestant's process, as one line of JSON. */
export type Request =
  | { readonly do: "version" | "create" }
  | { readonly do: "train"; readonly steps: number }
  | { readonly do: "endToEnd"; readonly times: number }
  | { readonly do: "predict"; readonly rows: number };

/** The fields of an answer; each request has its own. */
export interface Answer {
  readonly version: string;
  readonly seconds: number;
  readonly outputs: number[];
  readonly error?: string;
}

/** A contestant in a separate process, which answers one request at a time. */
export interface Child {
  ask(request: Request): Promise<Answer>;
  stop(): void;
}

const pythons = new Map<string, string | undefined>();

/** The first Python that can import all of these modules, if there is one. */
export function findPython(imports: readonly string[]): string | undefined {
  const code = `import ${imports.join(", ")}`;
  if (!pythons.has(code)) {
    const can = (python: string) => spawnSync(python, ["-c", code], { stdio: "ignore" }).status === 0;
    pythons.set(code, ["python3", "/usr/bin/python3"].find(can));
  }
  return pythons.get(code);
}

/** The version of a JavaScript contestant's package. */
export function versionOf({ package: name }: Contestant): string {
  const manifest = new URL(name ? `node_modules/${name}/package.json` : "../package.json", root);
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}

/** Writes the task to files for contestants in other languages. */
export function writeTask(task: Task): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "densely-bench-"));
  const { data, initial, optimizer, batchSize, updates, batchNorm } = task;
  const layers = initial.map(({ inputs, units, activation }) => ({ inputs, units, activation }));
  writeFileSync(
    join(folder, "task.json"),
    JSON.stringify({ layers, optimizer, batchSize, updates, batchNorm, rows: data.rows }),
  );
  writeFileSync(join(folder, "x.f32"), data.x);
  writeFileSync(join(folder, "y.f32"), data.y);
  writeFileSync(
    join(folder, "parameters.f32"),
    Buffer.concat(initial.flatMap(({ W, b }) => [bytesOf(W), bytesOf(b)])),
  );
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** The command of a contestant's process. @param folder of the task's files */
function commandOf(contestant: Contestant, workload: string, folder: string): [string, string[]] {
  const path = (file: string) => fileURLToPath(new URL(file, root));
  const { name, script, imports = [], dtype = "float32" } = contestant;
  if (!script) return [process.execPath, [...process.execArgv, path("peers/serve.ts"), name, workload]];
  const python = findPython(imports);
  if (!python) throw new Error(`no python3 can import ${imports.join(" and ")}`);
  return [python, [path(`peers/python/${script}`), folder, dtype]];
}

/** Starts a contestant's process. @param folder of the task's files @param threads that a Python library may use */
export function start(contestant: Contestant, workload: string, folder: string, threads = 1): Child {
  const [command, args] = commandOf(contestant, workload, folder);
  const child = spawn(command, args, {
    env: {
      ...process.env,
      ...Object.fromEntries(THREADS.map((name) => [name, `${threads}`])),
      PYTHONDONTWRITEBYTECODE: "1",
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let complaint = "";
  child.stderr.on("data", (text) => {
    complaint = (complaint + text).slice(-2000);
  });
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  return {
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(reasonIn(complaint) ?? `${contestant.name} went away`);
      const answer: Answer = JSON.parse(value);
      if (answer.error) throw new Error(answer.error);
      return answer;
    },
    stop: () => child.stdin.end(),
  };
}

/** The line of a stack trace that names the error. */
function reasonIn(complaint: string): string | undefined {
  const lines = complaint.trim().split("\n");
  return lines.find((line) => /Error/.test(line)) ?? lines.at(-1);
}
