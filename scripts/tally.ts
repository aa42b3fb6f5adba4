/** Counts checks, continues after a failure, and prints the totals on the last line. */

import { NotInstalled } from "./tools.js";

let passed = 0;
let failed = 0;
const failures: string[] = [];

/** Adds to the totals. @param names what failed, for the list before the totals */
export function count(right: number, wrong: number, names: string[] = []): void {
  passed += right;
  failed += wrong;
  failures.push(...names);
}

/**
 * Runs and counts one check. A check that returns false or throws has failed. A check that needs a tool that is not
 * installed is skipped, except in CI, where it fails.
 */
export async function check(name: string, isRight: () => unknown): Promise<void> {
  console.log(`\n# ${name}`);
  let right = false;
  try {
    right = (await isRight()) !== false;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    if (error instanceof NotInstalled && !process.env.CI) return;
  }
  console.log(`# ${name}: ${right ? "passed" : "FAILED"}`);
  count(Number(right), Number(!right), right ? [] : [name]);
}

/** Prints the names of all failures, then the totals alone on the last line. */
export function printTotals(): void {
  if (failures.length > 0) console.log(`\nFailed:\n${failures.map((name) => `- ${name}`).join("\n")}`);
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** Reads the totals that printTotals wrote in another process. @returns null if there are none */
export function totalsOf(output: string): [passed: number, failed: number] | null {
  const totals = /^(\d+) passed, (\d+) failed\s*$/m.exec(output);
  return totals && [Number(totals[1]), Number(totals[2])];
}
