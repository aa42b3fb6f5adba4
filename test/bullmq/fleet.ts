import type { ChildProcess } from "node:child_process";
import { Queue } from "bullmq";
import { clientOf, QUEUE, type RedisClient } from "../../src/bullmq/connection.js";
import { cluster, type JobReport, type Machines } from "../../src/bullmq.js";
import { Programs } from "./processes.js";
import { RedisServer } from "./redis.js";
import type { WorkerOptions } from "./worker.js";

/** Milliseconds after which the job of a killed worker goes to another one. Long enough for a busy machine. */
const LOCK = 1000;

/** A Redis, worker processes, and a driver. */
export class Fleet {
  readonly redis: RedisServer;
  readonly programs: Programs;
  readonly reports: JobReport[] = [];

  private constructor(redis: RedisServer, programs: Programs) {
    this.redis = redis;
    this.programs = programs;
  }

  static async start(...programs: string[]): Promise<Fleet> {
    return new Fleet(await RedisServer.start(), await Programs.build("worker", ...programs));
  }

  worker(options: Partial<WorkerOptions> = {}): Promise<ChildProcess> {
    const all = { url: this.redis.url, concurrency: 1, lockDuration: LOCK, ...options };
    return this.programs.worker(all, (report) => this.reports.push(report));
  }

  workers(count: number, options: Partial<WorkerOptions> = {}): Promise<ChildProcess[]> {
    return Promise.all(Array.from({ length: count }, () => this.worker(options)));
  }

  driver(options: { prefix?: string; expiry?: number } = {}): Promise<Machines> {
    return cluster({ connection: { url: this.redis.url }, onError: () => {}, ...options });
  }

  /** A queue of the test's own, and its client, to look into Redis. */
  async look(): Promise<{ queue: Queue; client: RedisClient; keysOfRuns: () => Promise<string[]> }> {
    const connection = { url: this.redis.url };
    const queue = new Queue(QUEUE, { connection, prefix: "densely" });
    const client = await clientOf(queue, connection);
    /** Keys of runs; those of the queue itself stay. */
    const keysOfRuns = async () => {
      const keys = await (client as unknown as { keys(pattern: string): Promise<string[]> }).keys(
        "densely:*",
      );
      const ofQueue = /^densely:jobs:(id|meta|events|stalled-check|marker|stalled)$/;
      return keys.filter((key) => !ofQueue.test(key)).sort();
    };
    return { queue, client, keysOfRuns };
  }

  async stop(): Promise<void> {
    await this.programs.stop();
    await this.redis.stop();
  }
}
