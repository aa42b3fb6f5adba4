import type { Queue, QueueEvents } from "bullmq";
import { StateError } from "../errors.js";
import type { RedisClient } from "./connection.js";
import { errorOf, failedChild } from "./failures.js";

/** Somebody who waits for a job. */
interface Waiting {
  resolve(result: unknown): void;
  reject(error: unknown): void;
  /** Adds the job once more, which changes nothing if Redis has it. */
  again: () => Promise<unknown>;
}

/** The results of jobs, as BullMQ's events tell them. */
export class Results {
  readonly #queue: Queue;
  readonly #client: RedisClient;
  readonly #waiting = new Map<string, Waiting>();
  readonly #onReady = () => void this.#lookAgain();

  constructor(queue: Queue, events: QueueEvents, client: RedisClient) {
    this.#queue = queue;
    this.#client = client;
    events.on("completed", ({ jobId, returnvalue }) => this.#take(jobId)?.resolve(returnvalue));
    events.on("failed", ({ jobId, failedReason }) => void this.#fail(jobId, failedReason));
    events.on("removed", ({ jobId }) =>
      this.#take(jobId)?.reject(new StateError(`The job ${jobId} was removed: its run was cancelled.`)),
    );
    // After Redis was away: jobs that it has lost are added again, and results that came meanwhile are read.
    client.on("ready", this.#onReady);
  }

  /**
   * The result of a job.
   * @param again adds the job once more, if Redis has lost it.
   * @throws the error of a job that has failed.
   */
  async wait(id: string, again: () => Promise<unknown> = async () => {}): Promise<unknown> {
    const result = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, again });
    });
    result.catch(() => {});
    await this.#lookAt(id);
    return result;
  }

  /** Ends all waits for the jobs of a run. */
  abandon(run: string, error: unknown): void {
    for (const id of [...this.#waiting.keys()]) if (id.startsWith(`${run}-`)) this.#take(id)?.reject(error);
  }

  close(): void {
    this.#client.off("ready", this.#onReady);
    for (const id of [...this.#waiting.keys()]) {
      this.#take(id)?.reject(
        new StateError("The cluster was closed while a run was under way: resume it by its id."),
      );
    }
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  /** Reads the end of a job that may have ended before anyone waited. */
  async #lookAt(id: string): Promise<void> {
    if (!this.#waiting.has(id)) return;
    const job = await this.#queue.getJob(id);
    if (job?.finishedOn === undefined) return;
    const state = await job.getState();
    if (state === "completed") this.#take(id)?.resolve(job.returnvalue);
    else if (state === "failed") await this.#fail(id, job.failedReason);
  }

  async #lookAgain(): Promise<void> {
    for (const [id, { again }] of [...this.#waiting]) {
      try {
        await again();
        await this.#lookAt(id);
      } catch {
        // Redis is away again, and this is called once it is back.
        return;
      }
    }
  }

  /** Rejects with the error of a job, or of the child that has made it fail. */
  async #fail(id: string, reason: string): Promise<void> {
    const waiting = this.#take(id);
    if (!waiting) return;
    const child = failedChild(reason);
    const cause = child === undefined ? undefined : await this.#queue.getJob(child).catch(() => undefined);
    waiting.reject(errorOf(cause?.failedReason ?? reason, cause?.id ?? id));
  }
}
