/** The entry that barrier.test.ts compiles: many meetings of a rank with the others, each of which leaves traces. */

import { awaitCount, COUNTER, meet, signal } from "../../assembly/threads/barrier";

/** Turns of a loop that passes time, by which the ranks come to a meeting in another order each time. */
function delayOf(rank: i32, turn: i32): i32 {
  const mixed = (turn * 0x9e3779b1 + rank * 0x85ebca6b) ^ (turn >> 3);
  // Now and then long enough for the others to fall asleep.
  return (mixed & 1023) === 0 ? 200000 : (mixed >>> 8) & 63;
}

/**
 * Meets `turns` times. The traces, one i32 per rank in a cache line of its own and not atomic, lie behind the counter: before
 * a meeting a rank writes the number of its turn, behind it all others must have written theirs, and none may be ahead before
 * the next but one meeting.
 * @param first count of the counter before all. @returns the number of traces that were not as expected.
 */
export function race(at: usize, rank: i32, threads: i32, turns: i32, first: i32): i32 {
  const traces = at + COUNTER;
  let wrong = 0;
  let arrivals = first;
  for (let turn = 1; turn <= turns; turn++) {
    for (let delay = delayOf(rank, turn); delay > 0; delay--) atomic.load<i32>(traces + 64 * <usize>rank);
    store<i32>(traces + 64 * <usize>rank, turn);
    arrivals += threads;
    if (!meet(at, arrivals, 100)) return -1;
    for (let other = 0; other < threads; other++) {
      wrong += i32(load<i32>(traces + 64 * <usize>other) !== turn);
    }
    arrivals += threads;
    if (!meet(at, arrivals, 100)) return -1;
  }
  return wrong;
}

/** Adds 1 to a counter. */
export function tell(at: usize): void {
  signal(at);
}

/** Waits for a count. */
export function hear(at: usize, target: i32, naps: i32): bool {
  return awaitCount(at, target, naps);
}
