import type { FlowJob } from "bullmq";
import { FormatError } from "../errors.js";
import { Network } from "../network/network.js";
import { validationName } from "../record/history.js";
import { measureOf } from "../search/model.js";
import { specFromData } from "../storage/spec-text.js";
import { parseRecord } from "../storage/untrusted.js";
import { decodeText } from "../storage/utf8.js";
import type { ByteStore } from "./byte-store.js";
import type { BytesName } from "./bytes-name.js";
import { QUEUE } from "./connection.js";
import {
  type AverageJob,
  type AverageResult,
  baseOf,
  type JobOptions,
  type TrainJob,
  type TrainResult,
} from "./jobs.js";
import { type MeasuresText, readMeasures, writeMeasures } from "./numbers.js";
import { type OuterOptions, outerStep } from "./outer-step.js";
import { jobOptions } from "./queue.js";
import type { RowsName } from "./rows.js";
import type { RunKeys } from "./run-keys.js";
import type { JobPlace } from "./train.js";
import { bytesOfVector, setVector, statisticsOf, vectorOfBytes } from "./vector.js";

/** One network over shards: the plan of all rounds, as data. */
export interface RoundsPlan {
  readonly kind: "rounds";
  readonly spec: string;
  /** Initial parameters. */
  readonly params: BytesName;
  readonly shards: readonly RowsName[];
  readonly validation?: RowsName;
  readonly options: JobOptions;
  readonly rounds: number;
  /** Updates of a round; undefined for an epoch. */
  readonly syncEvery?: number;
  readonly outer: Required<{ [K in keyof OuterOptions]: number }>;
}

export const averageId = (run: string, round: number): string => `${run}-${round}`;
export const shardId = (run: string, round: number, shard: number): string => `${run}-${round}-${shard}`;

/** Reads a plan. */
export async function readPlan<P>(store: ByteStore, run: RunKeys, name: BytesName): Promise<P> {
  return parseRecord(decodeText(await store.get(run, name)), "The plan of the run") as P;
}

const specOf = (plan: RoundsPlan) => specFromData(parseRecord(plan.spec, "The spec of the run"));

/** The beginning of a round. */
export interface RoundStart {
  round: number;
  params: BytesName;
  velocity?: BytesName | undefined;
  /** The checkpoint of each shard: optimizer state and progress travel with the jobs. None before the first round. */
  checkpoints?: readonly BytesName[] | undefined;
  /** Bytes that are not needed after this round's training. */
  spent?: readonly BytesName[] | undefined;
}

/**
 * The tree of a round: every shard trains, then the parent averages. The parent adds the next round's tree, under ids that
 * follow from the round, so that adding it twice changes nothing.
 */
export function roundTree(
  keys: RunKeys,
  prefix: string,
  planName: BytesName,
  plan: RoundsPlan,
  start: RoundStart,
): FlowJob {
  const { round, params, velocity, checkpoints, spent } = start;
  const base = baseOf(keys);
  const spec = specOf(plan);
  const steps =
    plan.syncEvery === undefined
      ? { epochs: 1 }
      : { epochs: Number.MAX_SAFE_INTEGER, maxSteps: plan.syncEvery };
  const place = { queueName: QUEUE, prefix };
  const children = plan.shards.map((rows, shard) => {
    // Each shard has dropout masks and shuffles of its own.
    const ownSpec = JSON.stringify({ ...spec, seed: (spec.seed + shard) % Number.MAX_SAFE_INTEGER });
    const data: TrainJob = {
      ...base,
      kind: "train",
      network: checkpoints ? { checkpoint: checkpoints[shard] } : { spec: ownSpec },
      params,
      rows,
      options: { ...plan.options, ...steps },
      givesParams: true,
    };
    const opts = { ...jobOptions(shardId(keys.id, round, shard), keys.expiry), failParentOnFailure: true };
    return { name: "train", data, opts, ...place };
  });
  const data: AverageJob = {
    ...base,
    kind: "average",
    plan: planName,
    round,
    params,
    ...(velocity && { velocity }),
    ...(spent && { spent }),
  };
  return {
    name: "average",
    data,
    opts: jobOptions(averageId(keys.id, round), keys.expiry),
    ...place,
    children,
  };
}

/** The ids of the jobs of a tree. */
export const idsOf = (tree: FlowJob): string[] =>
  [tree, ...(tree.children ?? [])].map(({ opts }) => opts?.jobId as string);

/** Means over the shards, by their rows, of the measures of the last epoch. */
function meanMeasures(results: readonly TrainResult[]): Record<string, number> {
  const all = results.map(({ last }) => readMeasures(last));
  const rows = results.reduce((sum, result) => sum + result.rows, 0);
  const mean = (name: string) =>
    results.reduce((sum, result, shard) => sum + (result.rows / rows) * all[shard][name], 0);
  const names = Object.keys(all[0]).filter((name) => all.every((measures) => name in measures));
  const seconds = Math.max(...results.map((result) => result.seconds));
  return {
    ...Object.fromEntries(names.map((name) => [name, mean(name)])),
    seconds,
    samplesPerSecond: rows / seconds,
  };
}

/** Measures of the averaged network on the validation rows: valLoss and so on. */
async function validate(
  { reader, run }: JobPlace,
  plan: RoundsPlan,
  params: Float32Array,
): Promise<Record<string, number>> {
  if (!plan.validation) return {};
  const { x, y } = await reader.read(run, plan.validation);
  const network = new Network(specOf(plan));
  try {
    setVector(network, params);
    const measures = measureOf(network, x, y, plan.options.metrics);
    return Object.fromEntries(Object.entries(measures).map(([name, value]) => [validationName(name), value]));
  } finally {
    network.dispose();
  }
}

/** Averages the networks of a round, in the order of the shards, and adds the tree of the next round. */
export async function average(
  place: JobPlace,
  job: AverageJob,
  children: Readonly<Record<string, unknown>>,
  begin: (tree: (prefix: string) => FlowJob) => Promise<void>,
): Promise<AverageResult> {
  const { store, run } = place;
  const { round, plan: planName } = job;
  const plan = await readPlan<RoundsPlan>(store, run, planName);
  const results = plan.shards.map((_, shard) => resultOf(children, shardId(run.id, round, shard)));
  const vector = async (name: BytesName | undefined) => name && vectorOfBytes(await store.get(run, name));
  const [params, velocity, ...trained] = await Promise.all(
    [job.params, job.velocity, ...results.map((result) => result.params)].map(vector),
  );
  const shards = results.map(({ rows }, shard) => ({ params: trained[shard] as Float32Array, rows }));
  const statistics = statisticsOf(specOf(plan));
  const next = outerStep(params as Float32Array, velocity, shards, statistics, plan.outer);
  const [paramsName, velocityName] = await Promise.all(
    [next.params, next.velocity].map((values) => store.put(run, bytesOfVector(values))),
  );
  const measures: MeasuresText = writeMeasures({
    ...meanMeasures(results),
    ...(await validate(place, plan, next.params)),
  });
  if (round + 1 < plan.rounds) {
    const checkpoints = results.map(({ checkpoint }) => checkpoint);
    const start = {
      round: round + 1,
      params: paramsName,
      velocity: velocityName,
      checkpoints,
      spent: checkpoints,
    };
    await begin((prefix) => roundTree(run, prefix, planName, plan, start));
  }
  // Checkpoints of the round before, unless a shard has become the same again.
  const needed = new Set(results.map(({ checkpoint }) => checkpoint.sha256));
  await store.drop(
    run,
    (job.spent ?? []).filter(({ sha256 }) => !needed.has(sha256)),
  );
  return { params: paramsName, measures };
}

/** The result of a child, which BullMQ keeps under the key of its job. */
function resultOf(children: Readonly<Record<string, unknown>>, id: string): TrainResult {
  const key = Object.keys(children).find((name) => name.endsWith(`:${id}`));
  if (key !== undefined) return children[key] as TrainResult;
  throw new FormatError(`The job has no result of ${id}: send jobs by cluster of densely/bullmq.`);
}
