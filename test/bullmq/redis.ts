import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** A redis-server of the tests, with its append-only file in a folder of its own. */
export class RedisServer {
  readonly url: string;
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), "densely-redis-"));
  #process: ChildProcess | undefined;

  readonly #options: readonly string[];

  private constructor(port: number, options: readonly string[]) {
    this.port = port;
    this.#options = options;
    this.url = `redis://127.0.0.1:${port}`;
  }

  /** @param options of redis-server, besides an append-only file that has every command before its answer. */
  static async start(...options: string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options);
    await server.start();
    return server;
  }

  /**
   * Starts one that speaks TLS alone, as rediss://127.0.0.1.
   * @param certificate and key: paths of PEM files.
   */
  static async startWithTLS(certificate: string, key: string): Promise<RedisServer> {
    const port = await freePort();
    const files = ["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", certificate];
    const options = ["--port", "0", "--tls-port", `${port}`, "--tls-auth-clients", "no", ...files];
    const server = new RedisServer(port, options);
    await server.start();
    return server;
  }

  /** Starts it, with what its file has. */
  start(): Promise<void> {
    const options = ["--port", `${this.port}`, "--bind", "127.0.0.1", "--dir", this.#folder, "--save", ""];
    const child = spawn("redis-server", [
      ...options,
      "--appendonly",
      "yes",
      "--appendfsync",
      "always",
      ...this.#options,
    ]);
    this.#process = child;
    return new Promise((resolve, reject) => {
      let log = "";
      child.stdout.on("data", (text) => {
        log += text;
        if (log.includes("Ready to accept connections")) resolve();
      });
      child.on("error", reject);
      child.on("exit", () => reject(new Error(`redis-server has ended:\n${log}`)));
    });
  }

  /** Ends it at once, as a loss of power does. */
  kill(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    const end = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGKILL");
    return end;
  }

  /** Ends it and removes its files. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
