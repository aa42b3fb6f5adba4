import { samplesIn, type Task } from "../workloads/index.js";

const TURN_SECONDS = 0.25;
const WARM_UP_SECONDS = 0.5;

/** The work of one turn: a number of updates, or of whole trainings for a workload that is timed end to end. */
export type Amount = { readonly steps: number } | { readonly times: number };

/** The work of about a quarter of a second at this many samples per second: whole epochs, or a part of one. */
export function amountFor(task: Task, rate: number): Amount {
  const samples = rate * TURN_SECONDS;
  if (task.endToEnd) return { times: Math.max(1, Math.round(samples / samplesIn(task, task.updates))) };
  const steps = Math.max(1, Math.round(samples / task.batchSize));
  if (steps < task.batches) return { steps };
  return { steps: Math.max(1, Math.round(samples / task.data.rows)) * task.batches };
}

/** Number of samples in one turn. */
export function samplesOf(task: Task, amount: Amount): number {
  return "times" in amount ? amount.times * samplesIn(task, task.updates) : samplesIn(task, amount.steps);
}

/** Takes turns for the time of the warm-up. Each turn returns the amount of the next one. */
export async function warmUp(
  first: Amount,
  turn: (amount: Amount) => Promise<Amount> | Amount,
): Promise<Amount> {
  let amount = first;
  const end = performance.now() + 1000 * WARM_UP_SECONDS;
  while (performance.now() < end) amount = await turn(amount);
  return amount;
}
