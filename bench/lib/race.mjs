import { prepare, samplesIn } from "../workloads/index.mjs";
import { start, versionOf, writeTask } from "./child.mjs";
import { lossOf, median, verdictOn } from "./judge.mjs";

const turnSeconds = 0.25;
const warmUpSeconds = 0.5;
const judgedRows = 1024;

/**
 * Trains one workload in every contestant and times them in turns.
 * @param {import("../workloads/index.mjs").Workload} workload
 * @param {import("../peers/index.mjs").Contestant[]} contestants
 * @param {{rounds: number, progress: (text: string) => void}} options
 */
export async function race(workload, contestants, { rounds, progress }) {
  const task = prepare(workload);
  const files = writeTask(task);
  const entries = [];
  for (const contestant of contestants) {
    const note = contestant.note(workload);
    if (note === undefined) continue;
    progress(`${workload.name}: ${contestant.name} trains`);
    entries.push(await enter(task, contestant, note, files.folder));
  }

  const racing = entries.filter((entry) => entry.process);
  for (let round = 1; round <= rounds; round++) {
    progress(`${workload.name}: round ${round} of ${rounds}`);
    for (const entry of racing) entry.rates.push(await turn(task, entry));
    racing.reverse();
  }
  for (const { process } of racing) process.stop();
  files.remove();
  return results(workload, entries, rounds);
}

/** Checks that a contestant trains, and by that warms it up and finds how much it does in a turn. */
async function enter(task, contestant, note, folder) {
  const { name, squaredError = false } = contestant;
  const process = start(contestant, task.name, folder);
  try {
    const version = contestant.script
      ? (await process.ask({ do: "version" })).version
      : versionOf(contestant);
    const loss = async () => {
      const { outputs } = await process.ask({ do: "predict", rows: Math.min(task.data.rows, judgedRows) });
      return lossOf(outputs, task.data.y, task.outputs, squaredError);
    };
    await process.ask({ do: "create" });
    const first = await loss();
    const check = await process.ask({ do: "train", steps: task.updates });
    const entry = { name, note, version, process, squaredError, rates: [], first, final: await loss() };
    entry.amount = amountFor(task, samplesIn(task, task.updates) / check.seconds);
    for (let spent = 0; spent < warmUpSeconds; ) {
      const begin = performance.now();
      const rate = await turn(task, entry);
      spent += (performance.now() - begin) / 1000;
      entry.amount = amountFor(task, rate);
    }
    return entry;
  } catch (error) {
    process.stop();
    return { name, note, error: error.message };
  }
}

/** The work of one turn at this many samples a second: whole epochs, or a part of one; or whole trainings. */
function amountFor(task, rate) {
  const samples = rate * turnSeconds;
  if (task.endToEnd) return { times: Math.max(1, Math.round(samples / samplesIn(task, task.updates))) };
  const steps = Math.max(1, Math.round(samples / task.batchSize));
  return {
    steps: steps < task.batches ? steps : Math.max(1, Math.round(samples / task.data.rows)) * task.batches,
  };
}

/** Samples a second. */
async function turn(task, { process, amount: { times, steps } }) {
  const request = task.endToEnd ? { do: "endToEnd", times } : { do: "train", steps };
  const { seconds } = await process.ask(request);
  return (task.endToEnd ? times * samplesIn(task, task.updates) : samplesIn(task, steps)) / seconds;
}

function results(workload, entries, rounds) {
  const finished = entries.filter((entry) => entry.process);
  const alike = finished.filter(({ note, squaredError }) => note === null && !squaredError);
  const reference = alike.length > 0 ? median(alike.map(({ final }) => final)) : undefined;
  return {
    workload: workload.name,
    rounds,
    contestants: entries.map(({ name, note, version, error, rates, first, final }) => {
      if (error) return { name, error };
      const [samplesPerSecond, slowest, fastest] = [
        median(rates),
        Math.min(...rates),
        Math.max(...rates),
      ].map(Math.round);
      const training = verdictOn({ first, final }, note === null ? reference : undefined);
      return {
        name,
        version,
        samplesPerSecond,
        slowest,
        fastest,
        firstLoss: first,
        finalLoss: final,
        training,
        note,
      };
    }),
  };
}
