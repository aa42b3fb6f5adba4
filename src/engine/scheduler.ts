import { clearTimeout, setImmediate, setTimeout } from "../machine/clocks.js";

/**
 * Work of one slice, in multiply-adds: the event loop runs between slices. It is not a time, since clocks stand still in
 * deployed Workers; it takes 4 to 10 ms on a desktop processor of 2023.
 */
export const SLICE_WORK = 1e8;

/**
 * A computation in slices. It yields the work that it has done since the last yield (a number), or a promise; it receives
 * the value to which the promise resolves.
 */
export type Slices<T> = Generator<number | PromiseLike<unknown>, T, unknown>;

/** Completes a computation without a pause. Promises are not awaited: the computation receives undefined. */
export function completeSync<T>(slices: Slices<T>): T {
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
  }
}

/** `next` resolves in a later turn of the event loop; `close` releases what it uses. */
function turns(): { next: () => Promise<unknown>; close: () => void } {
  const host = globalThis as { navigator?: { userAgent?: string } };
  if (typeof setImmediate === "function") {
    return { next: () => new Promise<void>((resolve) => setImmediate(resolve)), close: () => {} };
  }
  // workerd delivers all messages before it serves timers and other requests, which would starve.
  const isWorkerd = host.navigator?.userAgent === "Cloudflare-Workers";
  if (typeof MessageChannel === "function" && !isWorkerd) {
    // In a browser, timers that follow one another wait at least 4 ms each; messages do not.
    const { port1, port2 } = new MessageChannel();
    const next = () =>
      new Promise((resolve) => {
        port1.onmessage = resolve;
        port2.postMessage(0);
      });
    return { next, close: () => port1.close() };
  }
  return { next: () => new Promise((resolve) => setTimeout(resolve)), close: () => {} };
}

/** Ends of a wait for a promise that may never be settled: a worker's, or that of a callback. */
export interface Interruptions {
  /** Ends a wait, with CUT, that goes on for PATIENCE after it is aborted. */
  signal?: AbortSignal | undefined;
  /** Receives the function that ends the wait under way with an error, and undefined after it. */
  onWait?: (end: ((error: unknown) => void) | undefined) => void;
}

/** Thrown into a computation whose wait was ended since its signal was aborted. */
export const CUT = new Error("The signal was aborted, and what fit waited for did not come.");

/** Milliseconds for which an aborted computation waits for an answer, so that it ends where it would have ended. */
const PATIENCE = 1000;

/** Waits for a promise. Thenables of any kind count as one. @throws its reason, or what interrupts the wait. */
function wait(promise: PromiseLike<unknown>, { signal, onWait }: Interruptions): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hurry = (): void => {};
  const answer = new Promise((resolve, reject) => {
    hurry = () => {
      timer = setTimeout(() => reject(CUT), PATIENCE);
    };
    onWait?.(reject);
    Promise.resolve(promise).then(resolve, reject);
  });
  if (signal?.aborted) hurry();
  else signal?.addEventListener?.("abort", hurry);
  return answer.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener?.("abort", hurry);
    onWait?.(undefined);
  });
}

/** Completes a computation, with a turn of the event loop whenever the work of a slice is done. */
export async function completeInSlices<T>(slices: Slices<T>, interruptions: Interruptions = {}): Promise<T> {
  const { next, close } = turns();
  let work = 0;
  try {
    let step = slices.next();
    while (!step.done) {
      if (typeof step.value === "number") {
        work += step.value;
        if (work >= SLICE_WORK) {
          await next();
          work = 0;
        }
        step = slices.next();
      } else {
        step = await wait(step.value, interruptions).then(
          (reply) => slices.next(reply),
          (error) => slices.throw(error),
        );
      }
    }
    return step.value;
  } finally {
    close();
  }
}

/**
 * How many steps fit into one slice, at least one.
 * @param work cost of a step. @param least cost of what follows each slice: the slice is then at least as long.
 */
export function stepsPerSlice(work: number, least = 0): number {
  return Math.max(1, Math.floor(Math.max(SLICE_WORK, least) / work));
}
