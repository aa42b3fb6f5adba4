import { setTimeout } from "./clocks.js";

export type Timer = ReturnType<typeof setTimeout>;

/** Milliseconds for which a worker may finish what a fit that has left it had asked for. */
export const PATIENCE = 1000;

/** Starts a timer that does not keep the process alive. */
export function later(act: () => void, milliseconds: number): Timer {
  const timer: unknown = setTimeout(act, milliseconds);
  const { Deno } = globalThis as { Deno?: { unrefTimer?(timer: unknown): void } };
  if (typeof timer === "number") Deno?.unrefTimer?.(timer);
  else (timer as { unref?(): void }).unref?.();
  return timer as Timer;
}
