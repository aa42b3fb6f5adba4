/** The program as a process: pipes, signals, a terminal. Processes start slowly, so that there are few of them. */

import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { bundle } from "../bundle.js";
import { densely, folder, PENGUINS } from "./tools.js";

const file = folder();
const MODEL = file("model.safetensors");
const PROGRAM = [bundle({ path: "src/cli.ts" })];
const TRAIN = ["train", PENGUINS, "--target", "species"];
/** A terminal for a process, as util-linux makes one. */
const hasScript = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux");

/** Starts the program. @param options of Node.js */
function start(words: readonly string[], options: readonly string[] = []) {
  const child = spawn(process.execPath, [...options, ...PROGRAM, ...words], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (part) => {
    stdout += part;
  });
  child.stderr.on("data", (part) => {
    stderr += part;
  });
  const ended = new Promise<{ stdout: string; stderr: string; code: number | null }>((done) => {
    child.on("close", (code) => done({ stdout, stderr, code }));
  });
  return { child, ended };
}

beforeAll(async () => {
  await densely(...TRAIN, "--epochs", "3", "--test", "0", "-o", MODEL);
});

describe("pipes", () => {
  test("from the standard input to the standard output", async () => {
    const { child, ended } = start(["predict", MODEL, "-"]);
    child.stdin.end(readFileSync(PENGUINS));
    const { stdout, stderr, code } = await ended;
    expect(stdout.trim().split("\n")).toHaveLength(345);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  });

  test("a reader that leaves early ends the program quietly", async () => {
    const { child, ended } = start(["predict", MODEL, "-"]);
    child.stdin.on("error", () => {});
    child.stdout.once("data", () => child.stdout.destroy());
    const text = readFileSync(PENGUINS, "utf8");
    child.stdin.end(text + text.slice(text.indexOf("\n") + 1).repeat(200));
    const { stderr, code } = await ended;
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  });
});

test("Ctrl-C saves what there is, and --resume goes on to the same bits", async () => {
  const output = file("stopped.safetensors");
  const words = [...TRAIN, "--epochs", "600", "--ensemble", "2", "--test", "0", "-o", output];
  // The signal comes when the first of the seven networks has ended, from the process itself: another one may be too slow.
  const stop = `
    const { stderr } = process, write = stderr.write.bind(stderr);
    stderr.write = (text, ...rest) => {
      if (/network 1\\/7 +600 epochs/.test(text)) process.kill(process.pid, "SIGINT");
      return write(text, ...rest);
    };`;
  const stopped = await start(words, ["--import", `data:text/javascript,${encodeURIComponent(stop)}`]).ended;
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toContain(
    `Stopped. ${output} has the networks as they are; the same command with --resume goes on.`,
  );
  expect((await densely("evaluate", output, PENGUINS)).stdout).toMatch(/model +(9\d\.\d|100\.0) %/);

  const other = await densely(...words.slice(0, 4), "--epochs", "5", "-o", output, "--resume");
  expect(other).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("is of another table or of other options"),
  });
  const resumed = await densely(...words, "--resume");
  expect(resumed.code).toBe(0);
  // The first network is not trained again.
  expect(resumed.stderr).not.toContain("network 1/7");
  expect(existsSync(`${output}.resume`)).toBe(false);

  await densely(...words.slice(0, -1), file("whole.safetensors"));
  expect(readFileSync(output).equals(readFileSync(file("whole.safetensors")))).toBe(true);
  const again = await densely(...words, "--resume");
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("leave out --resume") });
});

test.runIf(hasScript)("a terminal shows the bar in place and colours, none with NO_COLOR", () => {
  const command = [
    process.execPath,
    ...PROGRAM,
    ...TRAIN,
    "--epochs",
    "100",
    "-o",
    file("tty.safetensors"),
  ].join(" ");
  const { stdout } = spawnSync("script", ["-qec", command, "/dev/null"], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "", TERM: "xterm" },
  });
  const drawn = stdout.replaceAll("\u001b", "^");
  expect(drawn).toMatch(/\r\^\[36m━*\^\[39m\^\[2m─*\^\[22m +\d+ % {2}network \d+\/10 {2}epoch \d+\/100 {2}/);
  // The bar is gone at the end.
  const last = stdout.split("\n").findIndex((line) => line.includes("Test of 344 rows"));
  expect(stdout.split("\n").slice(last).join("\n")).not.toContain("━");
  const { stdout: plain } = spawnSync(
    "script",
    ["-qec", `${process.execPath} ${PROGRAM.join(" ")} evaluate ${MODEL} ${PENGUINS}`, "/dev/null"],
    {
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", TERM: "xterm" },
    },
  );
  expect(plain).toContain("accuracy");
  expect(plain).not.toContain("\u001b");
});
