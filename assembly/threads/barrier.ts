/**
 * Counters that threads wait for. A counter only grows, and a thread that waits names the count that it waits for, so that no
 * thread can miss a turn or take it twice. Who waits spins first, then sleeps: waking a thread takes some ten microseconds, a
 * look at a counter less than one nanosecond.
 *
 *      | count | ... | sleepers | ...      two cache lines
 *
 * Counts wrap around: they are compared by the sign of their difference.
 */

/** Bytes of a counter. */
export const COUNTER: usize = 128;

/** The number of threads that sleep, in a cache line of its own. */
const SLEEPERS: usize = 64;

/**
 * Looks at a counter before its thread sleeps: about 100 µs. It is longer than what may hold up the others now and then: a thread
 * that slept comes late, so that the others sleep at the next meeting, and so on.
 */
const SPINS = 300000;

/** Nanoseconds of a sleep with limited patience. */
const NAP: i64 = 100_000_000;

/** The result of a sleep that nobody ended. */
const TIMED_OUT = 2;

/** Adds 1 to the count and wakes the sleepers. */
export function signal(counter: usize): void {
  atomic.add<i32>(counter, 1);
  // One that counts itself after this line sees the new count before it sleeps.
  if (atomic.load<i32>(counter, SLEEPERS) > 0) atomic.notify(counter, -1);
}

/** Sleeps until the count is at least `target`; see awaitCount. */
function sleep(counter: usize, target: i32, naps: i32): bool {
  let count = atomic.load<i32>(counter);
  while (count - target < 0) {
    const isLong = atomic.wait<i32>(counter, count, naps < 0 ? -1 : NAP) === TIMED_OUT;
    const now = atomic.load<i32>(counter);
    if (isLong && now === count && --naps === 0) return false;
    count = now;
  }
  return true;
}

/**
 * Waits until the count is at least `target`.
 * @param naps tenths of a second without any new count after which the wait ends; negative for a wait without end.
 * @returns false if the wait ended so.
 */
export function awaitCount(counter: usize, target: i32, naps: i32): bool {
  for (let spins = SPINS; spins > 0; spins--) {
    if (atomic.load<i32>(counter) - target >= 0) return true;
  }
  atomic.add<i32>(counter, 1, SLEEPERS);
  const hasCome = sleep(counter, target, naps);
  atomic.sub<i32>(counter, 1, SLEEPERS);
  return hasCome;
}

/**
 * A barrier: counts this thread, and waits until `target` arrivals have been counted in all, the same number for each thread.
 * The last one wakes the others.
 * @returns false if the others did not come, see awaitCount.
 */
export function meet(counter: usize, target: i32, naps: i32): bool {
  if (atomic.add<i32>(counter, 1) + 1 !== target) return awaitCount(counter, target, naps);
  if (atomic.load<i32>(counter, SLEEPERS) > 0) atomic.notify(counter, -1);
  return true;
}
