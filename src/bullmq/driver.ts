import { randomUUID } from "node:crypto";
import type { FlowJob, FlowProducer, Queue, QueueEvents } from "bullmq";
import { encodeText } from "../storage/utf8.js";
import { ByteStore } from "./byte-store.js";
import type { BytesName } from "./bytes-name.js";
import { clientOf, loadBullMQ, patient, QUEUE, type RedisConnection } from "./connection.js";
import type { TrainJob, TrainResult } from "./jobs.js";
import { jobOptions } from "./queue.js";
import { Results } from "./results.js";
import { RowSender } from "./rows.js";
import { checkId, RunKeys } from "./run-keys.js";
import { Runs } from "./runs.js";

/** Options that every run has. */
export interface RunOptions {
  /** Name of the run, by which it can be resumed. Default: a random one. */
  id?: string | undefined;
  /** Aborting it cancels the run, which rejects with the reason. */
  signal?: AbortSignal | undefined;
}

/** Milliseconds after which a connection counts as closed: one that was just being made again never says that it ended. */
const CLOSING = 2000;

/** Bytes that a driver keeps: it reads each result once. */
const CACHE_BYTES = 2 ** 26;

/** The side of the one who sends jobs: the queue, and what is known of its runs. */
export class Driver {
  readonly prefix: string;
  readonly expiry: number;
  readonly store: ByteStore;
  readonly runs: Runs;
  readonly results: Results;
  readonly queue: Queue;
  readonly #events: QueueEvents;
  readonly #flows: FlowProducer;

  private constructor(
    parts: {
      queue: Queue;
      events: QueueEvents;
      flows: FlowProducer;
      client: Awaited<ReturnType<typeof clientOf>>;
    },
    prefix: string,
    expiry: number,
  ) {
    const { queue, events, flows, client } = parts;
    this.queue = queue;
    this.prefix = prefix;
    this.expiry = expiry;
    this.store = new ByteStore(client, { maxBytes: Infinity, cacheBytes: CACHE_BYTES });
    this.runs = new Runs(client, prefix);
    this.results = new Results(queue, events, client);
    this.#events = events;
    this.#flows = flows;
  }

  /** Connects. @throws RuntimeError if Redis cannot be reached. */
  static async open(
    given: RedisConnection,
    { prefix, expiry, onError }: { prefix: string; expiry: number; onError: (error: Error) => unknown },
  ): Promise<Driver> {
    const { Queue, QueueEvents, FlowProducer } = await loadBullMQ();
    let isConnected = false;
    // The first connection shows if Redis is there.
    const connection = patient(given, () => isConnected);
    const queue = new Queue(QUEUE, { connection, prefix });
    queue.on("error", (error) => isConnected && onError(error));
    try {
      const client = await clientOf(queue, given);
      isConnected = true;
      // From the latest event on: no event is missed while the connection is made.
      const [latest] = await client.xrevrange(`${prefix}:${QUEUE}:events`, "+", "-", "COUNT", 1);
      const events = new QueueEvents(QUEUE, { connection, prefix, lastEventId: latest?.[0] ?? "0-0" });
      events.on("error", onError);
      const flows = new FlowProducer({ connection, prefix });
      flows.on("error", onError);
      await events.waitUntilReady();
      return new Driver({ queue, events, flows, client }, prefix, expiry);
    } catch (error) {
      await queue.close().catch(() => {});
      throw error;
    }
  }

  /** The keys of a new run, or of one that is named. */
  keysOf(id: string | undefined): RunKeys {
    return new RunKeys(this.prefix, id === undefined ? randomUUID() : checkId(id), this.expiry);
  }

  /**
   * Opens a run.
   * @param send checks and sends its data, and returns its plan. What it has sent is removed if it throws.
   */
  async begin<P extends object>(
    keys: RunKeys,
    send: (sender: RowSender) => Promise<P>,
  ): Promise<[BytesName, P]> {
    try {
      const plan = await send(new RowSender(this.store, keys));
      const name = await this.store.put(keys, encodeText(JSON.stringify(plan)));
      await this.runs.open(keys, name);
      return [name, plan];
    } catch (error) {
      if (!(await this.runs.isOpen(keys))) await this.runs.remove(this.queue, keys);
      throw error;
    }
  }

  /** Sends a job, unless Redis has it, and waits for its result. */
  async train(keys: RunKeys, id: string, job: TrainJob): Promise<TrainResult> {
    const add = () => this.queue.add("train", job, jobOptions(id, keys.expiry));
    await Promise.all([this.runs.addJobs(keys, [id]), add()]);
    return (await this.results.wait(id, add)) as TrainResult;
  }

  async addTree(tree: FlowJob): Promise<void> {
    await this.#flows.add(tree);
  }

  /**
   * Runs the rest of a run that is open, and removes it at the end, however it ends, except where the cluster was closed or
   * this process ends: then it can be resumed.
   */
  async conclude<T>(keys: RunKeys, signal: AbortSignal | undefined, rest: () => Promise<T>): Promise<T> {
    const abort = () => this.results.abandon(keys.id, signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    try {
      signal?.throwIfAborted();
      return await rest();
    } finally {
      signal?.removeEventListener("abort", abort);
      await this.endRun(keys);
    }
  }

  /** Removes a run, unless it is left to another driver. */
  async endRun(keys: RunKeys): Promise<void> {
    if (!this.#isClosed) await this.runs.remove(this.queue, keys);
  }

  #isClosed = false;

  async close(): Promise<void> {
    this.#isClosed = true;
    this.results.close();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSING);
    });
    const closed = Promise.all([this.#events.close(), this.#flows.close(), this.queue.close()]);
    await Promise.race([closed, late]).finally(() => clearTimeout(timer));
  }
}
