import { StateError } from "../errors.js";
import { show } from "../model/check.js";

/** The version of the package. test/bullmq/units.test.ts compares it with package.json. */
export const VERSION = "0.1.0";

const majorOf = (version: string): string => version.split(".")[0];

/**
 * Refuses a job of another major version, whose fields may mean something else.
 * @throws StateError
 */
export function checkVersion(version: unknown): void {
  if (typeof version === "string" && majorOf(version) === majorOf(VERSION)) return;
  throw new StateError(
    `The job was sent by densely ${show(version)}, but this worker is densely ${VERSION}: run the same major version on all machines.`,
  );
}
