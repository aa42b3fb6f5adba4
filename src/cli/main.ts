import { readArguments } from "./arguments.js";
import type { Command, CommandName } from "./command.js";
import { EXIT, Failure, UsageError } from "./failure.js";
import { HELP, helpOf, isCommand } from "./help.js";
import { plain } from "./output/plain.js";

/** Each command is loaded when it is called: --help needs none of them. */
const COMMANDS: Readonly<Record<CommandName, () => Promise<{ run: Command }>>> = {
  train: () => import("./commands/train.js"),
  predict: () => import("./commands/predict.js"),
  evaluate: () => import("./commands/evaluate.js"),
  explain: () => import("./commands/explain.js"),
  info: () => import("./commands/info.js"),
  export: () => import("./commands/export.js"),
  compare: () => import("./commands/compare.js"),
  work: () => import("./commands/work.js"),
};

async function versionOf(): Promise<string> {
  const { readFileSync, realpathSync } = await import("node:fs");
  const { dirname, join } = await import("node:path");
  const manifest = join(dirname(realpathSync(process.argv[1])), "..", "package.json");
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}

async function dispatch(words: readonly string[]): Promise<void> {
  const [name, ...rest] = words;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    const [of] = rest;
    process.stdout.write(of !== undefined && isCommand(of) ? helpOf(of) : HELP);
    if (name === undefined) process.exitCode = EXIT.usage;
    return;
  }
  if (name === "--version" || name === "-v") {
    process.stdout.write(`${await versionOf()}\n`);
    return;
  }
  if (!isCommand(name)) {
    throw new UsageError(
      `${JSON.stringify(name)} is no command: use one of ${Object.keys(COMMANDS).join(", ")}.`,
    );
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    process.stdout.write(helpOf(name));
    return;
  }
  const given = readArguments(name, rest);
  const { run } = await COMMANDS[name]();
  await run(given);
}

/** A sentence about an error that the user can do something about; undefined for a fault of the program. */
async function sentenceOf(error: unknown): Promise<string | undefined> {
  if (error instanceof Failure) return error.message;
  const { code, path, syscall, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" && path !== undefined) return `${path} does not exist: check the path.`;
  if (code === "EACCES" && path !== undefined) return `${path} may not be used: check its permissions.`;
  if (code === "EISDIR") return `${path ?? "The path"} is a folder: give a file.`;
  if (syscall !== undefined) return message;
  const { DenselyError } = await import("../index.js");
  return error instanceof DenselyError ? message : undefined;
}

/** Ends quietly where the reader of the output has gone, as head does. */
export function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(0);
      throw error;
    });
  }
}

/** Runs the program. Sets the exit code instead of throwing. @param words arguments of the command line. */
export async function main(words: readonly string[]): Promise<void> {
  try {
    await dispatch(words);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`densely: ${plain(error.message)} See densely --help.\n`);
      process.exitCode = EXIT.usage;
      return;
    }
    const sentence = await sentenceOf(error);
    process.stderr.write(
      sentence === undefined
        ? `densely: a fault of the program, please report it: ${(error as Error)?.stack ?? String(error)}\n`
        : `densely: ${plain(sentence)}\n`,
    );
    process.exitCode = EXIT.failure;
  }
}
