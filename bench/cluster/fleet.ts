import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RedisServer } from "../../test/bullmq/redis.js";
import { addressOf } from "../lib/library.js";

/**
 * Seconds of a process on a core, and seconds for which it was ready and waited for one, so far: what other programs on the
 * machine have cost it. 0 where the system does not tell.
 */
function scheduleOf(pid: number | "self" = "self"): { ran: number; waited: number } {
  const file = `/proc/${pid}/schedstat`;
  const [ran, waited] = existsSync(file) ? readFileSync(file, "utf8").split(" ") : ["0", "0"];
  return { ran: Number(ran) / 1e9, waited: Number(waited) / 1e9 };
}

/** Seconds for which this process has waited for a core. */
export const ownWait = (): number => scheduleOf().waited;

/** A Redis and workers of the built program, for measurements. */
export class Fleet {
  readonly redis: RedisServer;
  readonly folder = mkdtempSync(join(tmpdir(), "densely-bench-"));
  readonly #workers = new Set<ChildProcess>();

  private constructor(redis: RedisServer) {
    this.redis = redis;
  }

  static async start(): Promise<Fleet> {
    return new Fleet(await RedisServer.start("--appendonly", "no"));
  }

  /** Starts or ends worker processes, each with one job at a time, until there are so many. */
  async setWorkers(count: number): Promise<void> {
    for (const worker of [...this.#workers].slice(count)) {
      worker.kill("SIGKILL");
      this.#workers.delete(worker);
    }
    while (this.#workers.size < count) await this.#start();
  }

  async #start(): Promise<void> {
    const words = ["work", "--redis", this.redis.url, "--concurrency", "1", "--source", this.folder];
    const worker = spawn(process.execPath, [fileURLToPath(addressOf("cli.js")), ...words]);
    this.#workers.add(worker);
    await new Promise<void>((resolve, reject) => {
      let said = "";
      worker.stderr.on("data", (part) => {
        said += part;
        if (said.includes("at a time")) resolve();
      });
      worker.on("exit", () => reject(new Error(said)));
    });
  }

  /** Seconds for which a worker has waited for a core, on average. */
  waits(): number {
    return this.#mean("waited");
  }

  /** Seconds of a worker on a core, on average. */
  runs(): number {
    return this.#mean("ran");
  }

  #mean(part: "ran" | "waited"): number {
    const all = [...this.#workers].map(({ pid }) => scheduleOf(pid)[part]);
    return all.reduce((sum, seconds) => sum + seconds, 0) / all.length;
  }

  /** Seconds of Redis' processor so far. */
  async redisSeconds(): Promise<number> {
    const socket = connect(this.redis.port, "127.0.0.1");
    socket.end("INFO cpu\r\n");
    let info = "";
    for await (const part of socket) info += part;
    const seconds = (name: string) => Number(new RegExp(`used_cpu_${name}:(\\S+)`).exec(info)?.[1]);
    return seconds("sys") + seconds("user");
  }

  async stop(): Promise<void> {
    await this.setWorkers(0);
    await this.redis.stop();
    rmSync(this.folder, { recursive: true });
  }
}
