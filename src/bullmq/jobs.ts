import { FormatError } from "../errors.js";
import { checkWhole, isPlain, show } from "../model/check.js";
import type { BytesName } from "./bytes-name.js";
import type { MeasuresText } from "./numbers.js";
import type { RowsName } from "./rows.js";
import { checkId, type RunKeys } from "./run-keys.js";
import { checkVersion, VERSION } from "./version.js";

/** Jobs as data. The result of a job depends on its data and on the bytes that these name, and on nothing else. */

interface JobBase {
  /** Version of densely that has sent the job. */
  readonly version: string;
  /** Id of its run. */
  readonly run: string;
  /** Milliseconds after which what it writes is gone, unless someone touches it. */
  readonly expiry: number;
}

/** The network that a job begins with: one of a spec, as text, or a checkpoint. */
export type NetworkName = { readonly spec: string } | { readonly checkpoint: BytesName };

/** Options of fit that are data. */
export type JobOptions = Readonly<Record<string, unknown>>;

/** Trains a network. */
export interface TrainJob extends JobBase {
  readonly kind: "train";
  readonly network: NetworkName;
  /** Parameters in place of those of the network, one after the other. */
  readonly params?: BytesName;
  readonly rows: RowsName;
  readonly validation?: RowsName;
  readonly options: JobOptions;
  /** Rows and metrics that the trained network is measured on. */
  readonly test?: { readonly rows: RowsName; readonly metrics?: unknown };
  /** True if the parameters are wanted by themselves, too. */
  readonly givesParams?: boolean;
}

export interface TrainResult {
  readonly checkpoint: BytesName;
  readonly params?: BytesName;
  /** Updates of the network so far, in all fits. */
  readonly step: number;
  readonly stopped: string;
  /** Epochs of the fit so far. */
  readonly epochs: number;
  /** Measures of the last epoch. */
  readonly last: MeasuresText;
  /** Measures of the test. */
  readonly scores?: MeasuresText;
  /** Rows that it has trained on. */
  readonly rows: number;
  /** Wall time of the training. */
  readonly seconds: number;
}

/** Averages the networks of all shards after a round, and begins the next one. */
export interface AverageJob extends JobBase {
  readonly kind: "average";
  readonly plan: BytesName;
  /** Number of the round, from 0. */
  readonly round: number;
  /** Parameters that the round began with. */
  readonly params: BytesName;
  /** Velocity of the outer step; absent before the first one. */
  readonly velocity?: BytesName;
  /** Bytes that nobody needs once the shards of this round are trained. */
  readonly spent?: readonly BytesName[];
}

export interface AverageResult {
  readonly params: BytesName;
  readonly measures: MeasuresText;
}

export type AnyJob = TrainJob | AverageJob;

/** Fields that every job of this version has. */
export const baseOf = ({ id, expiry }: RunKeys): JobBase => ({ version: VERSION, run: id, expiry });

/** Checks what came out of the queue. @throws StateError for another major version, FormatError for anything but a job. */
export function checkJob(data: unknown): AnyJob {
  if (!isPlain(data))
    throw new FormatError(`The job is ${show(data)}: send jobs by cluster of densely/bullmq.`);
  checkVersion(data.version);
  const { kind, run, expiry } = data;
  checkId(run);
  checkWhole(expiry, 1, "expiry of the job");
  if (kind === "train" || kind === "average") return data as unknown as AnyJob;
  throw new FormatError(`The job is of the kind ${show(kind)}: send jobs by cluster of densely/bullmq.`);
}
