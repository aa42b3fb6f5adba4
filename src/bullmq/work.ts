import { availableParallelism } from "node:os";
import type { Job } from "bullmq";
import { SpecError } from "../errors.js";
import { checkFunction } from "../fit/basic-options.js";
import { checkKeys, checkWhole, show } from "../model/check.js";
import { exported } from "../model/exported.js";
import { ByteStore } from "./byte-store.js";
import {
  checkConnection,
  checkPrefix,
  clientOf,
  listen,
  loadBullMQ,
  patient,
  QUEUE,
  type RedisConnection,
} from "./connection.js";
import { finalTextOf } from "./failures.js";
import { checkJob } from "./jobs.js";
import { average, idsOf } from "./rounds.js";
import { RowReader } from "./rows.js";
import { RunKeys } from "./run-keys.js";
import { Runs } from "./runs.js";
import { isPlace } from "./source.js";
import { type JobPlace, train } from "./train.js";
import { endedWhile, RunWatch } from "./watch.js";

/** The end of a job, for onJob. */
export interface JobReport {
  /** Id of the job: that of its run, and numbers. */
  job: string;
  /** Id of its run. */
  run: string;
  kind: string;
  seconds: number;
  /** Why it has failed; undefined if it has not. */
  error?: string;
}

/** How a machine works. */
export interface WorkOptions {
  /** Jobs at a time, each in a thread of its own. Default: the cores of the machine. */
  concurrency?: number | undefined;
  /** Prefix of all keys in Redis. Default "densely". */
  prefix?: string | undefined;
  /** Maximum of bytes of one array or network that a job may name. Default 1 GiB. */
  maxBytes?: number | undefined;
  /** Bytes of data that are kept for the next jobs. Default 512 MiB. */
  cacheBytes?: number | undefined;
  /** Folders and addresses below which jobs may read data (see source). Default: none. */
  sources?: readonly string[] | undefined;
  /** Milliseconds after which a job goes to another worker if its own is silent. Default 30,000. */
  lockDuration?: number | undefined;
  /** Called at the end of every job. */
  onJob?: ((report: JobReport) => unknown) | undefined;
  /** Called for errors of the connection, which is made again by itself. Default: they are printed. */
  onError?: ((error: Error) => unknown) | undefined;
}

/** A machine at work. */
export interface Work {
  readonly concurrency: number;
  /** Ends it after the jobs in hand. */
  close(): Promise<void>;
}

const KEYS: readonly (keyof WorkOptions)[] = [
  ...([
    "concurrency",
    "prefix",
    "maxBytes",
    "cacheBytes",
    "sources",
    "lockDuration",
    "onJob",
    "onError",
  ] as const),
];

/**
 * How often a job may lose its worker. A process that is killed does not say why, and a job that kills each of its workers
 * must end some day.
 */
const MOST_STALLED = 100;

function checkSources(sources: unknown): readonly string[] {
  if (sources === undefined) return [];
  const wrong = Array.isArray(sources) ? sources.find((entry) => !isPlace(entry)) : sources;
  if (wrong === undefined) return sources as string[];
  throw new SpecError(
    `sources has ${show(wrong)}: give an array of absolute paths of folders and of addresses.`,
  );
}

function checkWorkOptions(options: WorkOptions) {
  const given = checkKeys<WorkOptions>(options, KEYS, "work");
  checkFunction(given.onJob, "onJob");
  checkFunction(given.onError, "onError");
  return {
    concurrency: checkWhole(given.concurrency ?? availableParallelism(), 1, "concurrency"),
    prefix: checkPrefix(given.prefix),
    maxBytes: checkWhole(given.maxBytes ?? 2 ** 30, 1, "maxBytes"),
    cacheBytes: checkWhole(given.cacheBytes ?? 2 ** 29, 0, "cacheBytes"),
    sources: checkSources(given.sources),
    lockDuration: checkWhole(given.lockDuration ?? 30_000, 100, "lockDuration"),
    onJob: given.onJob ?? (() => {}),
    onError: given.onError ?? ((error: Error) => console.error(`densely: ${error.message}`)),
  };
}

type WorkSettings = ReturnType<typeof checkWorkOptions>;

async function open(given: RedisConnection, settings: WorkSettings): Promise<Work> {
  const { Queue, Worker, FlowProducer, UnrecoverableError } = await loadBullMQ();
  const { concurrency, prefix, maxBytes, cacheBytes, sources, lockDuration, onJob, onError } = settings;
  const connection = patient(given);
  const queue = new Queue(QUEUE, { connection, prefix });
  listen(queue, onError);
  const client = await clientOf(queue, given);
  const flows = new FlowProducer({ connection, prefix });
  flows.on("error", onError);
  const store = new ByteStore(client, { maxBytes, cacheBytes });
  const reader = new RowReader(store, sources);
  const runs = new Runs(client, prefix);
  const watch = new RunWatch(runs);
  const isThreaded = concurrency > 1;

  const process = async (job: Job): Promise<unknown> => {
    const data = checkJob(job.data);
    const run = new RunKeys(prefix, data.run, data.expiry);
    return watch.during(run, async (signal) => {
      const place: JobPlace = { store, reader, run, isThreaded, signal };
      if (data.kind === "train") return train(place, data);
      return average(place, data, await job.getChildrenValues(), async (treeOf) => {
        const tree = treeOf(prefix);
        if (!(await runs.isOpen(run))) throw endedWhile(run.id);
        await Promise.all([runs.addJobs(run, idsOf(tree)), flows.add(tree)]);
      });
    });
  };

  const worker = new Worker(
    QUEUE,
    async (job) => {
      try {
        return await process(job);
      } catch (error) {
        const text = finalTextOf(error);
        throw text === undefined ? error : new UnrecoverableError(text);
      }
    },
    {
      connection,
      prefix,
      concurrency,
      lockDuration,
      stalledInterval: lockDuration / 2,
      maxStalledCount: MOST_STALLED,
    },
  );
  worker.on("error", onError);
  const report = (job: Job, error?: string) => {
    const seconds = (Date.now() - (job.processedOn ?? Date.now())) / 1000;
    const run = String(Object(job.data).run);
    onJob({ job: String(job.id), run, kind: job.name, seconds, ...(error !== undefined && { error }) });
  };
  // The result of a job whose run ended meanwhile is of no use to anyone.
  const tidy = async (job: Job) => {
    const keys = new RunKeys(prefix, String(Object(job.data).run), 0);
    if (!(await runs.isOpen(keys))) await job.remove();
  };
  const end = (job: Job, error?: string) => {
    report(job, error);
    tidy(job).catch(onError);
  };
  worker.on("completed", (job) => end(job));
  worker.on("failed", (job, error) => job && end(job, error.message));
  await worker.waitUntilReady();
  return {
    concurrency,
    close: async () => {
      await worker.close();
      watch.close();
      await Promise.all([flows.close(), queue.close()]);
    },
  };
}

/**
 * Works on jobs of cluster, until it is closed or the process ends, whatever ends it: a job that loses its worker goes to
 * another one. Jobs are data; no part of them is run as code.
 * @param connection Redis, as BullMQ takes it: { url: "redis://127.0.0.1:6379" }, or a client of ioredis.
 * @throws SpecError for a wrong option, RuntimeError if BullMQ is not installed.
 */
export const work = /* @__PURE__ */ exported(
  "work(connection, options)",
  (connection: RedisConnection, options: WorkOptions = {}): Promise<Work> =>
    open(checkConnection(connection), checkWorkOptions(options)),
);
