import { SpecError } from "../errors.js";
import { WorkerCore } from "../machine/worker-core.js";
import { show, tagOf } from "../model/check.js";
import type { NetworkSpec } from "../model/spec.js";
import type { LoopSettings } from "./settings.js";

/** The function that opens the requested worker, if one is requested. */
export function checkWorker(given: unknown, { loss }: NetworkSpec): LoopSettings["openWorker"] {
  if (given === undefined || given === false) return undefined;
  if (loss.type === "custom") {
    throw new SpecError(
      `worker was given, but the loss ${show(loss.name)} is code of this thread, which each step has to call: leave out worker.`,
    );
  }
  if (given === true || (typeof given === "string" && given !== "") || tagOf(Object(given)) === "URL") {
    return (core, signal) => new WorkerCore(core, given as string | URL | true, signal);
  }
  throw new SpecError(`worker is ${show(given)}: give true, or the URL of the file "densely/worker".`);
}
