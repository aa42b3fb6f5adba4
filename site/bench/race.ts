/** Races contestants: a fixed training whose losses are compared, a warm-up, and turns in alternating order. */

import { lossOf, median } from "../../bench/lib/judge.js";
import type { Contestant } from "./contestant.js";
import type { Result } from "./protocol.js";
import type { Task } from "./tasks.js";

const TURN_MILLISECONDS = 200;
const WARM_UP_MILLISECONDS = 500;

/** A contestant in the race. */
interface Racer {
  readonly contestant: Contestant;
  readonly loss: number;
  /** Updates of one turn. */
  readonly steps: number;
  /** Updates per millisecond in each turn. */
  readonly rates: number[];
}

/** The updates of a turn at a rate: whole epochs, or a part of one. */
function stepsFor({ batches }: Task, rate: number): number {
  const steps = Math.max(1, Math.round(rate * TURN_MILLISECONDS));
  return steps < batches ? steps : Math.round(steps / batches) * batches;
}

/** Takes one turn. @returns updates per millisecond */
async function turn({ train }: Contestant, steps: number): Promise<number> {
  const start = performance.now();
  await train(steps);
  // Clocks of browsers are coarse: a turn takes at least a tick of them.
  return steps / Math.max(0.1, performance.now() - start);
}

/** The reason why one does not take part, as words for the page. */
export const reasonOf = (name: string, error: unknown): string =>
  `${name}: ${error instanceof Error ? error.message : String(error)}`;

async function enter(task: Task, contestant: Contestant): Promise<Racer> {
  let steps = stepsFor(task, await turn(contestant, task.updates));
  const loss = lossOf(await contestant.predict(), task.y, task.outputs, false);
  const end = performance.now() + WARM_UP_MILLISECONDS;
  while (performance.now() < end) steps = stepsFor(task, await turn(contestant, steps));
  return { contestant, loss, steps, rates: [] };
}

/**
 * @param contestants densely first. @param onShare gets the part of the race that is done.
 * @returns how each one did, and the others, which cannot train here, with the reason.
 */
export async function race(
  task: Task,
  [densely, ...peers]: readonly Contestant[],
  rounds: number,
  onShare: (share: number) => void,
): Promise<Pick<Result, "finishes" | "absent">> {
  const racers = [await enter(task, densely)];
  const absent: string[] = [];
  for (const peer of peers) {
    try {
      racers.push(await enter(task, peer));
    } catch (error) {
      absent.push(reasonOf(peer.name, error));
    }
  }
  const order = [...racers];
  for (let round = 0; round < rounds; round++) {
    onShare(round / rounds);
    for (const { contestant, steps, rates } of order) rates.push(await turn(contestant, steps));
    order.reverse();
  }
  const samples = (rate: number) => (1000 * rate * task.rows) / task.batches;
  const finishes = racers.map(({ contestant: { name, version }, loss, rates }) => ({
    name,
    version,
    median: samples(median(rates)),
    slowest: samples(Math.min(...rates)),
    fastest: samples(Math.max(...rates)),
    loss,
  }));
  return { finishes, absent };
}
