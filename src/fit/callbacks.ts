import { CUT, type Slices } from "../engine/scheduler.js";

/** True if a callback's answer has to be awaited. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}

/** The answer of a callback, or the value to which its promise resolves. Undefined if an aborted fit did not wait for it. */
export function* answerOf(reply: unknown): Slices<unknown> {
  return isPromise(reply) ? yield* unlessCut(reply) : reply;
}

/** The value of a promise, or undefined if the wait for it was cut. */
export function* unlessCut(promise: PromiseLike<unknown>): Slices<unknown> {
  try {
    return yield promise;
  } catch (error) {
    if (error === CUT) return undefined;
    throw error;
  }
}
