import type { Slices } from "../engine/scheduler.js";

/** True if a callback's answer has to be awaited. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}

/** The answer of a callback, or the value to which its promise resolves. */
export function* answerOf(reply: unknown): Slices<unknown> {
  return isPromise(reply) ? yield reply : reply;
}
