/** Messages for hosts that start no worker, and for workers that are lost. */

import { RuntimeError } from "../errors.js";
import { reasonOf } from "./refusals.js";

/** The warning for a host where training cannot leave this thread. */
function noWorker(cause: unknown): string {
  return `densely trains in slices on this thread, to the same bits, since the host starts no worker (${reasonOf(cause)}): leave worker out, or where a Content-Security-Policy forbids blob: give it the URL of the file "densely/worker".`;
}

/** The worker whose file was given did not start. */
function noWorkerOf(file: string | URL, cause: unknown): RuntimeError {
  return new RuntimeError(
    `The worker ${JSON.stringify(String(file).slice(0, 80))} cannot compute (${reasonOf(cause)}): give the URL of the file "densely/worker", or worker: true for the one in the library.`,
  );
}

/** A worker ended or broke down while it trained. */
export function workerLost(cause: unknown): RuntimeError {
  return new RuntimeError(
    `The worker that trained was lost (${reasonOf(cause)}): the parameters are as they were before fit, so try again or leave worker out.`,
  );
}

let hasWarned = false;

/** Says that there is no worker. @throws RuntimeError where a file was given. */
export function refuse(file: string | URL | true, cause: unknown): void {
  if (file !== true) throw noWorkerOf(file, cause);
  if (!hasWarned) console.warn(noWorker(cause));
  hasWarned = true;
}
