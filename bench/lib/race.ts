import type { Contestant } from "../peers/index.js";
import { prepare, samplesIn, type Task, type Workload } from "../workloads/index.js";
import { type Child, start, versionOf, writeTask } from "./child.js";
import { lossOf, median, verdictOn } from "./judge.js";
import type { Failure, Finish, RaceResults } from "./report.js";
import { type Amount, amountFor, samplesOf, warmUp } from "./turn.js";

const JUDGED_ROWS = 1024;

/** A contestant in the race. */
interface Racer {
  readonly contestant: Contestant;
  readonly note: string | null;
  readonly version: string;
  readonly child: Child;
  readonly amount: Amount;
  readonly first: number;
  readonly final: number;
  readonly rates: number[];
}

export interface RaceOptions {
  readonly rounds: number;
  readonly progress: (text: string) => void;
}

/** Trains one workload in every contestant and times the contestants in turns. */
export async function race(
  workload: Workload,
  contestants: readonly Contestant[],
  { rounds, progress }: RaceOptions,
): Promise<RaceResults> {
  const task = prepare(workload);
  const files = writeTask(task);
  const entries: (Racer | Failure)[] = [];
  for (const contestant of contestants) {
    const note = contestant.note(workload);
    if (note === undefined) continue;
    progress(`${workload.name}: ${contestant.name} trains`);
    entries.push(await enter(task, contestant, note, files.folder));
  }

  const racing = entries.filter((entry): entry is Racer => "child" in entry);
  for (let round = 1; round <= rounds; round++) {
    progress(`${workload.name}: round ${round} of ${rounds}`);
    for (const { child, amount, rates } of racing) rates.push(await turn(task, child, amount));
    racing.reverse();
  }
  for (const { child } of racing) child.stop();
  files.remove();
  return resultsOf(workload, entries, rounds);
}

/** Checks that a contestant trains, which also warms it up, and finds how much it does in a turn. */
async function enter(
  task: Task,
  contestant: Contestant,
  note: string | null,
  folder: string,
): Promise<Racer | Failure> {
  const { name, squaredError = false } = contestant;
  const child = start(contestant, task.name, folder);
  try {
    const version = contestant.script ? (await child.ask({ do: "version" })).version : versionOf(contestant);
    const loss = async () => {
      const { outputs } = await child.ask({ do: "predict", rows: Math.min(task.data.rows, JUDGED_ROWS) });
      return lossOf(outputs, task.data.y, task.outputs, squaredError);
    };
    await child.ask({ do: "create" });
    const first = await loss();
    const check = await child.ask({ do: "train", steps: task.updates });
    const final = await loss();
    const rate = samplesIn(task, task.updates) / check.seconds;
    const amount = await warmUp(amountFor(task, rate), async (part) =>
      amountFor(task, await turn(task, child, part)),
    );
    return { contestant, note, version, child, amount, first, final, rates: [] };
  } catch (error) {
    child.stop();
    return { name, error: error instanceof Error ? error.message : String(error) };
  }
}

/** One turn. @returns samples per second */
async function turn(task: Task, child: Child, amount: Amount): Promise<number> {
  const { seconds } = await child.ask(
    "times" in amount ? { do: "endToEnd", ...amount } : { do: "train", ...amount },
  );
  return samplesOf(task, amount) / seconds;
}

function resultsOf(workload: Workload, entries: readonly (Racer | Failure)[], rounds: number): RaceResults {
  const alike = entries.filter(
    (entry): entry is Racer => "child" in entry && entry.note === null && !entry.contestant.squaredError,
  );
  const reference = alike.length > 0 ? median(alike.map(({ final }) => final)) : undefined;
  const finish = ({ contestant, version, rates, first, final, note }: Racer): Finish => ({
    name: contestant.name,
    version,
    samplesPerSecond: Math.round(median(rates)),
    slowest: Math.round(Math.min(...rates)),
    fastest: Math.round(Math.max(...rates)),
    firstLoss: first,
    finalLoss: final,
    training: verdictOn(first, final, note === null ? reference : undefined),
    note,
  });
  return {
    workload: workload.name,
    rounds,
    contestants: entries.map((entry) => ("child" in entry ? finish(entry) : entry)),
  };
}
