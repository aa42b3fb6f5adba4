import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const oneThread = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };

const pythons = new Map();

/** The first Python that can import all of these, or undefined. @param {string[]} imports */
export function findPython(imports) {
  const code = `import ${imports.join(", ")}`;
  if (!pythons.has(code)) {
    const can = (python) => spawnSync(python, ["-c", code], { stdio: "ignore" }).status === 0;
    pythons.set(code, ["python3", "/usr/bin/python3"].find(can));
  }
  return pythons.get(code);
}

/** @param {import("../peers/index.mjs").Contestant} contestant */
export function versionOf({ package: name }) {
  const manifest = new URL(name ? `node_modules/${name}/package.json` : "../package.json", root);
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}

/**
 * The task as files, for the peers that are not JavaScript.
 * @param {ReturnType<typeof import("../workloads/index.mjs").prepare>} task
 */
export function writeTask(task) {
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

function bytesOf({ buffer, byteOffset, byteLength }) {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/**
 * A contestant's process, which answers requests one at a time.
 * @param {import("../peers/index.mjs").Contestant} contestant
 * @param {string} workload
 * @param {string} folder of the task's files
 */
export function start(contestant, workload, folder) {
  const { name, script, imports, dtype } = contestant;
  const [command, file, args] = script
    ? [findPython(imports), `peers/python/${script}`, [folder, dtype]]
    : [process.execPath, "peers/serve.mjs", [name, workload]];
  const child = spawn(command, [fileURLToPath(new URL(file, root)), ...args], {
    env: { ...process.env, ...oneThread, PYTHONDONTWRITEBYTECODE: "1" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let complaint = "";
  child.stderr.on("data", (text) => {
    complaint = (complaint + text).slice(-2000);
  });
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  return {
    /** @param {{do: string, [option: string]: unknown}} request */
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(lastLine(complaint) ?? `${name} went away`);
      const answer = JSON.parse(value);
      if (answer.error) throw new Error(answer.error);
      return answer;
    },
    stop: () => child.stdin.end(),
  };
}

/** The line of a stack trace that says what went wrong. */
function lastLine(complaint) {
  const lines = complaint.trim().split("\n");
  return lines.find((line) => /Error/.test(line)) ?? lines.at(-1);
}
