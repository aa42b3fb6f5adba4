import type { Queue } from "bullmq";
import { SpecError } from "../errors.js";
import { show } from "../model/check.js";
import type { BytesName } from "./bytes-name.js";
import type { RedisClient } from "./connection.js";
import { RunKeys, runsKey } from "./run-keys.js";
import { checkVersion, VERSION } from "./version.js";

/** Maximum of keys in one command. */
const KEYS_AT_ONCE = 1000;

/** The entry of a run in Redis. */
interface RunEntry {
  version: string;
  plan: BytesName;
  expiry: number;
}

/** The runs of a prefix: which there are, which jobs and bytes they have, and how long these are kept. */
export class Runs {
  readonly prefix: string;
  readonly #client: RedisClient;

  constructor(client: RedisClient, prefix: string) {
    this.#client = client;
    this.prefix = prefix;
  }

  /** Opens a run, or finds it with the same plan. @throws SpecError if another run has the id. */
  async open({ id, plan: key, expiry }: RunKeys, plan: BytesName): Promise<void> {
    const known = await this.find(id);
    if (known && known.plan.sha256 !== plan.sha256) {
      throw new SpecError(
        `id is ${show(id)}, which a run with other data or options has: choose another, or cancel that run.`,
      );
    }
    const entry: RunEntry = { version: VERSION, plan, expiry };
    await Promise.all([
      this.#client.sadd(runsKey(this.prefix), id),
      this.#client.set(key, JSON.stringify(entry), { PX: expiry }),
    ]);
  }

  /** An open run; undefined if there is none. @throws StateError if another major version has opened it. */
  async find(id: string): Promise<{ keys: RunKeys; plan: BytesName } | undefined> {
    const text = await this.#client.get(new RunKeys(this.prefix, id, 0).plan);
    if (text === null) return undefined;
    const { version, plan, expiry } = JSON.parse(text) as RunEntry;
    checkVersion(version);
    return { keys: new RunKeys(this.prefix, id, expiry), plan };
  }

  /** Takes note of jobs, so that they can be removed. */
  async addJobs({ jobs, expiry }: RunKeys, ids: readonly string[]): Promise<void> {
    for (let i = 0; i < ids.length; i += KEYS_AT_ONCE) {
      await this.#client.sadd(jobs, ...ids.slice(i, i + KEYS_AT_ONCE));
    }
    await this.#client.pexpire(jobs, expiry);
  }

  /** True while a run is open. */
  async isOpen({ plan }: RunKeys): Promise<boolean> {
    return (await this.#client.exists(plan)) === 1;
  }

  /** Keeps all keys of a run for as long as if they were new. */
  async touch({ plan, jobs, list, expiry }: RunKeys): Promise<void> {
    const bytes = await this.#client.smembers(list);
    await Promise.all([plan, jobs, list, ...bytes].map((key) => this.#client.pexpire(key, expiry)));
  }

  /** Ids of the open runs, in the order of their names. */
  async ids(): Promise<string[]> {
    const all = await this.#client.smembers(runsKey(this.prefix));
    const open = await Promise.all(all.map((id) => this.isOpen(new RunKeys(this.prefix, id, 0))));
    return all.filter((_, i) => open[i]).sort();
  }

  /** Ends a run: removes its jobs, except those that a worker has in hand, and all its keys. */
  async remove(queue: Queue, { id, plan, jobs, list }: RunKeys): Promise<void> {
    // Workers look for this key.
    await this.#client.unlink(plan);
    const ids = await this.#client.smembers(jobs);
    // A job in hand is locked: it ends when its worker sees that the run has ended.
    await Promise.allSettled(ids.map((job) => queue.remove(job)));
    const keys = [jobs, list, ...(await this.#client.smembers(list))];
    for (let i = 0; i < keys.length; i += KEYS_AT_ONCE) {
      await this.#client.unlink(...keys.slice(i, i + KEYS_AT_ONCE));
    }
    await this.#client.srem(runsKey(this.prefix), id);
  }
}
