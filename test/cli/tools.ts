/** Runs the program within the tests: its words, and what it writes. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll } from "vitest";
import { main } from "../../src/cli/main.js";

/** Result of one call of the program. */
export interface Ran {
  stdout: string;
  stderr: string;
  /** Both, in the order in which they were written. */
  both: string;
  code: number;
}

type Write = typeof process.stdout.write;

/** Replaces the write of a stream. @returns a function that puts it back and returns the text */
function capture(stream: NodeJS.WriteStream, both: string[]): () => string {
  const parts: string[] = [];
  const { write } = stream;
  stream.write = ((part: string | Uint8Array) => {
    const text = typeof part === "string" ? part : Buffer.from(part).toString();
    parts.push(text);
    both.push(text);
    return true;
  }) as Write;
  return () => {
    stream.write = write;
    return parts.join("");
  };
}

/** Runs the program with these words in this process. The clock stands still: what is printed depends on no machine. */
export async function densely(...words: string[]): Promise<Ran> {
  const both: string[] = [];
  const [endOut, endErr] = [capture(process.stdout, both), capture(process.stderr, both)];
  const before = process.exitCode;
  const { now } = Date;
  Date.now = () => 0;
  process.exitCode = 0;
  let ran: Ran = { stdout: "", stderr: "", both: "", code: -1 };
  await main(words).finally(() => {
    ran = { stdout: endOut(), stderr: endErr(), both: both.join(""), code: Number(process.exitCode) };
    process.exitCode = before;
    Date.now = now;
  });
  return ran;
}

/** The table that the tests train on. */
export const PENGUINS = resolve("examples/penguins.csv");

/** A folder that is removed after the tests of a file. @returns a function that gives the path of a file in it */
export function folder(): (name: string, text?: string | Uint8Array) => string {
  const path = mkdtempSync(join(tmpdir(), "densely-cli-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return (name, text) => {
    const file = join(path, name);
    if (text !== undefined) writeFileSync(file, text);
    return file;
  };
}
