/** The cores of the machine, which a race between numbers of threads needs for itself. */

import { cpus } from "node:os";
import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds of a look at the cores; the system counts in steps of ten. */
const LOOK = 60;

/** Looks after which a turn begins in any case. */
const MOST_LOOKS = 20;

/** Repetitions of a turn, at most. */
const MOST_TRIES = 3;

/** The part of a core that other programs may take. */
const TOLERATED = 0.2;

/** Milliseconds that all cores have been busy so far. */
function busyTime(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

async function areFree(): Promise<boolean> {
  const before = busyTime();
  await pause(LOOK);
  return busyTime() - before <= TOLERATED * LOOK;
}

/** Takes a turn while other programs leave the cores free: before it, and behind it. After a few tries, it counts in any case. */
export async function undisturbed<T>(turn: () => T | Promise<T>): Promise<T> {
  for (let left = MOST_TRIES; ; left--) {
    for (let look = 0; look < MOST_LOOKS && !(await areFree()); look++);
    const result = await turn();
    if (left === 1 || (await areFree())) return result;
  }
}
