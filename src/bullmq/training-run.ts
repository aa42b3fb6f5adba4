import type { Samples } from "../data/table.js";
import { isPlain } from "../model/check.js";
import type { SpecOptions } from "../model/spec.js";
import type { RemoteCheckpoint, TrainingOutcome, TrainingRun, TrainingTask } from "../search/machines.js";
import { specToText } from "../storage/spec-text.js";
import { encodeText } from "../storage/utf8.js";
import { type BytesName, sha256Of } from "./bytes-name.js";
import type { Driver, RunOptions } from "./driver.js";
import { checkSentSpec, sendOptions } from "./fit-many.js";
import { baseOf, type TrainJob, type TrainResult } from "./jobs.js";
import { readMeasures } from "./numbers.js";
import { RowSender } from "./rows.js";
import type { RunKeys } from "./run-keys.js";

/** A checkpoint in Redis. */
class StoredCheckpoint implements RemoteCheckpoint {
  readonly name: BytesName;
  /** The spec of its network, as text. */
  readonly spec: string;
  readonly read: () => Promise<Uint8Array>;

  constructor(name: BytesName, spec: string, read: () => Promise<Uint8Array>) {
    this.name = name;
    this.spec = spec;
    this.read = read;
  }
}

/**
 * The trainings of a search or a cross-validation, each a job. The id of a job follows from its data: a search that is called
 * again finds the results that it has, and two trials with the same settings are one job.
 */
export class CallsRun implements TrainingRun {
  readonly #driver: Driver;
  readonly #keys: RunKeys;
  readonly #sender: RowSender;
  readonly #signal: AbortSignal | undefined;
  readonly #jobs = new Map<string, Promise<TrainResult>>();
  readonly #abort = () => this.#driver.results.abandon(this.#keys.id, this.#signal?.reason);

  constructor(driver: Driver, keys: RunKeys, signal: AbortSignal | undefined) {
    this.#driver = driver;
    this.#keys = keys;
    this.#sender = new RowSender(driver.store, keys);
    this.#signal = signal;
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  async train({ network, x, y, options, test }: TrainingTask): Promise<TrainingOutcome> {
    this.#signal?.throwIfAborted();
    const isNew = !(network instanceof StoredCheckpoint);
    const spec = isNew ? specToText(checkSentSpec(network as SpecOptions)) : network.spec;
    const checked = checkSentSpec(JSON.parse(spec));
    const rows = { x: x as Samples, y: y as Samples };
    const testRows = test && { x: test.x as Samples, y: test.y as Samples };
    const sent = await sendOptions(this.#sender, checked, rows, options);
    const job: TrainJob = {
      ...baseOf(this.#keys),
      kind: "train",
      network: isNew ? { spec } : { checkpoint: network.name },
      ...sent,
      ...(test &&
        testRows && { test: { rows: await this.#sender.send(checked, testRows), metrics: test.metrics } }),
    };
    const result = await this.#once(job);
    const read = () => this.#driver.store.get(this.#keys, result.checkpoint);
    return {
      checkpoint: new StoredCheckpoint(result.checkpoint, spec, read),
      step: result.step,
      stopped: result.stopped,
      scores: isPlain(result.scores) ? readMeasures(result.scores) : undefined,
    };
  }

  /** The result of a job, which is sent once. */
  #once(job: TrainJob): Promise<TrainResult> {
    const text = JSON.stringify(job);
    const id = `${this.#keys.id}-${sha256Of(encodeText(text)).slice(0, 32)}`;
    const known = this.#jobs.get(id);
    if (known) return known;
    const result = this.#driver.train(this.#keys, id, JSON.parse(text));
    this.#jobs.set(id, result);
    return result;
  }

  async end(): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#abort);
    await this.#driver.endRun(this.#keys);
  }
}

/** Opens a run, or goes on with one that a driver has left behind. */
export async function beginCalls(driver: Driver, { id, signal }: RunOptions): Promise<CallsRun> {
  const keys = driver.keysOf(id);
  await driver.begin(keys, async () => ({ kind: "calls" }));
  return new CallsRun(driver, keys, signal);
}
