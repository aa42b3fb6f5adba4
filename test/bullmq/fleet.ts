import type { ChildProcess } from "node:child_process";
import { cluster, type JobReport, type Machines, type WorkOptions } from "../../src/bullmq.js";
import { Programs } from "./processes.js";
import { RedisServer } from "./redis.js";

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

  worker(options: WorkOptions = {}): Promise<ChildProcess> {
    const all = { url: this.redis.url, concurrency: 1, lockDuration: LOCK, ...options };
    return this.programs.worker(all, (report) => this.reports.push(report));
  }

  workers(count: number, options: WorkOptions = {}): Promise<ChildProcess[]> {
    return Promise.all(Array.from({ length: count }, () => this.worker(options)));
  }

  driver(options: { prefix?: string; expiry?: number } = {}): Promise<Machines> {
    return cluster({ connection: { url: this.redis.url }, onError: () => {}, ...options });
  }

  async stop(): Promise<void> {
    await this.programs.stop();
    await this.redis.stop();
  }
}
