import { FormatError } from "../errors.js";
import { FIT_KEYS } from "../fit/options.js";
import { checkKeys, isPlain, show } from "../model/check.js";
import { Network } from "../network/network.js";
import type { History } from "../record/history.js";
import { inputsOf, measureOf } from "../search/model.js";
import { specFromData } from "../storage/spec-text.js";
import { parseRecord } from "../storage/untrusted.js";
import type { ByteStore } from "./byte-store.js";
import type { NetworkName, TrainJob, TrainResult } from "./jobs.js";
import { writeMeasures } from "./numbers.js";
import type { RowReader } from "./rows.js";
import type { RunKeys } from "./run-keys.js";
import { bytesOfVector, setVector, vectorOf, vectorOfBytes } from "./vector.js";

/** Options of fit that jobs may not have: code, and what the worker decides. */
const NOT_DATA = ["onEpoch", "onBatch", "onTrainBegin", "onTrainEnd", "onCheckpoint", "worker", "signal"];

/** Options of fit that jobs have besides rows. */
export const DATA_KEYS = FIT_KEYS.filter(
  (name) => ![...NOT_DATA, "checkpointEvery", "validationData", "sampleWeight"].includes(name),
);

/** Where a job runs. */
export interface JobPlace {
  readonly store: ByteStore;
  readonly reader: RowReader;
  readonly run: RunKeys;
  /** True if fits run in threads of their own, so that several jobs of one process compute at the same time. */
  readonly isThreaded: boolean;
  /** Aborted if the run has ended meanwhile. */
  readonly signal: AbortSignal;
}

/** The network that a job begins with. Its spec is data that is checked as any other. */
async function openNetwork({ store, run }: JobPlace, name: NetworkName): Promise<Network> {
  if (isPlain(name) && "checkpoint" in name) return Network.resume(await store.get(run, name.checkpoint));
  if (isPlain(name) && typeof name.spec === "string") {
    return new Network(specFromData(parseRecord(name.spec, "The spec of the job")));
  }
  throw new FormatError(`The job has ${show(name)} as its network: send jobs by cluster of densely/bullmq.`);
}

/** The last entry of each list of a history. */
export function lastOf(history: History): Record<string, number> {
  const lists = Object.entries(history).filter(([, value]) => Array.isArray(value) && value.length > 0);
  return Object.fromEntries(lists.map(([name, list]) => [name, (list as number[])[list.length - 1]]));
}

/** Trains a network as the job says, and writes what it has become. @throws as fit does. */
export async function train(place: JobPlace, job: TrainJob): Promise<TrainResult> {
  const { store, reader, run, isThreaded, signal } = place;
  const options = checkKeys(job.options, DATA_KEYS, "fit");
  const [rows, validation, test] = await Promise.all(
    [job.rows, job.validation, job.test?.rows].map((name) => name && reader.read(run, name)),
  );
  if (!rows) throw new FormatError("The job has no rows: send jobs by cluster of densely/bullmq.");
  const network = await openNetwork(place, job.network);
  try {
    if (job.params) setVector(network, vectorOfBytes(await store.get(run, job.params)));
    const start = performance.now();
    const history = await network.fit(rows.x, rows.y, {
      ...options,
      ...(rows.sampleWeight && { sampleWeight: rows.sampleWeight }),
      ...(validation && { validationData: validationOf(validation) }),
      ...(isThreaded && { worker: true }),
      signal,
    });
    const seconds = (performance.now() - start) / 1000;
    signal.throwIfAborted();
    const scores = test && measureOf(network, test.x, test.y, job.test?.metrics);
    const [checkpoint, params] = await Promise.all([
      store.put(run, network.checkpoint()),
      job.givesParams ? store.put(run, bytesOfVector(vectorOf(network))) : undefined,
    ]);
    return {
      checkpoint,
      ...(params && { params }),
      step: network.step,
      stopped: history.stopped,
      epochs: history.epochs,
      last: writeMeasures(lastOf(history)),
      ...(scores && { scores: writeMeasures(scores) }),
      rows: rows.x.length / (inputsOf(network) ?? 1),
      seconds,
    };
  } finally {
    network.dispose();
  }
}

function validationOf({ x, y, sampleWeight }: Awaited<ReturnType<RowReader["read"]>>) {
  return sampleWeight ? ([x, y, sampleWeight] as const) : ([x, y] as const);
}
