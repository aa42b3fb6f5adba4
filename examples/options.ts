/** Reads the command line of the examples. A mistake ends the program with one sentence. */

import { type ParseArgsConfig, parseArgs } from "node:util";

/** Prints a message and ends the program. */
export function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

/** Calls parseArgs, and prints the usage for --help. */
export function readCommandLine<const Config extends ParseArgsConfig>(usage: string, config: Config) {
  if (process.argv.includes("--help")) {
    console.log(usage);
    process.exit();
  }
  try {
    return parseArgs(config);
  } catch (error) {
    const [sentence] = (error as Error).message.split(/[.\n]/);
    return fail(`${sentence.replace("is ambiguous", "is missing or begins with a dash")}: see --help.`);
  }
}

/** Reads a whole number from the command line. */
export function whole(name: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  return fail(`${name} is "${text}": give a whole number from ${least} to ${most}.`);
}
