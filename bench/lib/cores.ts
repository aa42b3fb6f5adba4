/** The cores of the machine, which a race between numbers of threads needs for itself. */

import { cpus } from "node:os";
import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds of a look at the cores; the system counts in steps of ten. */
const LOOK = 60;

/** Looks after which a turn begins in any case. */
const MOST_LOOKS = 40;

/** The part of a core that other programs may take. */
const TOLERATED = 0.2;

/** Milliseconds that all cores have been busy so far. */
function busyTime(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

/** Waits until other programs leave the cores of the machine free, for a few seconds at most. */
export async function untilFree(): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    const before = busyTime();
    await pause(LOOK);
    if (busyTime() - before <= TOLERATED * LOOK) return;
  }
}
