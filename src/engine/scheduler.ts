/**
 * When to let the event loop run: after so much work, counted in multiply-adds. Clocks would do on a page, but
 * they stand still in deployed Workers. This is 4 to 10 ms on a desktop processor of 2023.
 */
const BUDGET = 1e8;

/** Training in slices: yields work done (a number), or a promise of a callback and receives what it resolves to. */
export type Slices<T> = Generator<number | PromiseLike<unknown>, T, unknown>;

/** Runs all slices without a pause; a promise that a callback returned is not awaited. */
export function completeSync<T>(slices: Slices<T>): T {
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
  }
}

/** A function whose promises resolve in a later turn of the event loop, and one that ends its use. */
function turns(): { next: () => Promise<unknown>; close: () => void } {
  const host = globalThis as {
    setImmediate?: (callback: () => void) => unknown;
    navigator?: { userAgent?: string };
  };
  if (typeof host.setImmediate === "function") {
    return { next: () => new Promise<void>((resolve) => host.setImmediate?.(resolve)), close: () => {} };
  }
  // workerd delivers messages before it looks at timers and other requests, which would starve.
  const isWorkerd = host.navigator?.userAgent === "Cloudflare-Workers";
  if (typeof MessageChannel === "function" && !isWorkerd) {
    // Timers wait at least 4 ms in a browser when they follow one another, messages do not.
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

/** Runs all slices, with a turn of the event loop between them whenever enough work is done. */
export async function completeInSlices<T>(slices: Slices<T>): Promise<T> {
  const { next, close } = turns();
  let work = 0;
  try {
    let step = slices.next();
    while (!step.done) {
      if (typeof step.value === "number") {
        work += step.value;
        if (work >= BUDGET) {
          await next();
          work = 0;
        }
        step = slices.next();
      } else {
        step = await step.value.then(
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

/** Steps of so much work each that a stretch takes. @param least work that makes what follows a stretch worth it. */
export function stepsPerSlice(work: number, least = 0): number {
  return Math.max(1, Math.floor(Math.max(BUDGET, least) / work));
}
