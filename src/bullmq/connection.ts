import type { Queue } from "bullmq";
import { RuntimeError, SpecError } from "../errors.js";
import { isPlain, show } from "../model/check.js";

/** How to reach Redis, as BullMQ takes it: these and all other options of ioredis, or a client of ioredis. */
export interface RedisConnection {
  /** Such as "redis://127.0.0.1:6379", or rediss:// for TLS; user and password may be part of it. */
  url?: string | undefined;
  host?: string | undefined;
  port?: number | undefined;
  username?: string | undefined;
  password?: string | undefined;
  db?: number | undefined;
  /** Options of TLS, as those of node:tls. */
  tls?: object | undefined;
  [option: string]: unknown;
}

/** The commands of ioredis that are used beside BullMQ. */
export interface RedisClient {
  readonly status: string;
  getBuffer(key: string): Promise<Uint8Array | null>;
  get(key: string): Promise<string | null>;
  set(key: string, value: string | Uint8Array, options: { PX: number }): Promise<unknown>;
  pexpire(key: string, milliseconds: number): Promise<number>;
  exists(key: string): Promise<number>;
  unlink(...keys: string[]): Promise<number>;
  sadd(key: string, ...members: string[]): Promise<number>;
  srem(key: string, ...members: string[]): Promise<number>;
  smembers(key: string): Promise<string[]>;
  info(): Promise<string>;
  on(event: string, listener: (...values: unknown[]) => void): unknown;
  xrevrange(
    key: string,
    from: string,
    to: string,
    count: "COUNT",
    number: number,
  ): Promise<[id: string, ...rest: unknown[]][]>;
  off(event: string, listener: (...values: unknown[]) => void): unknown;
}

export type BullMQ = typeof import("bullmq");

/** The name of the queue of all jobs. Its keys begin with the prefix. */
export const QUEUE = "jobs";

/** The default of the prefix of all keys. */
export const PREFIX = "densely";

/** Oldest Redis with all commands of BullMQ's scripts. */
const LEAST_REDIS = [6, 2];

/**
 * Loads BullMQ, which is no part of this package.
 * @throws RuntimeError if it is not installed.
 */
export async function loadBullMQ(): Promise<BullMQ> {
  try {
    return await import("bullmq");
  } catch (error) {
    throw new RuntimeError("The package bullmq was not found: run npm install bullmq ioredis.", {
      cause: error,
    });
  }
}

/** @throws SpecError for anything but options or a client. */
export function checkConnection(connection: unknown): RedisConnection {
  if (isPlain(connection) || isClient(Object(connection))) {
    return connection as RedisConnection;
  }
  throw new SpecError(
    `connection is ${show(connection)}: give options such as { url: "redis://127.0.0.1:6379" }, or a client of ioredis.`,
  );
}

/** True for the error of BullMQ that ioredis, the client which it needs, is not installed. */
const isWithoutClient = (error: unknown): boolean => /optional 'ioredis' package/.test(Object(error).message);

/** Calls a function for the errors of a connection, except for one that clientOf throws. */
export function listen(
  connected: { on(event: "error", listener: (error: Error) => void): unknown },
  onError: (error: Error) => unknown,
): void {
  connected.on("error", (error) => {
    if (!isWithoutClient(error)) onError(error);
  });
}

/** The place of Redis without user and password, for messages. */
export function placeOf({ url, host, port }: RedisConnection): string {
  if (typeof url === "string" && URL.canParse(url)) return new URL(url).host || url;
  return `${host ?? "127.0.0.1"}:${port ?? 6379}`;
}

/** The prefix of all keys. @throws SpecError for a text that BullMQ could not use. */
export function checkPrefix(prefix: unknown): string {
  if (prefix === undefined) return PREFIX;
  if (typeof prefix === "string" && /^[^\s:]+$/.test(prefix)) return prefix;
  throw new SpecError(`prefix is ${show(prefix)}: give a text without spaces and colons.`);
}

/** True for a client instead of options. */
const isClient = (connection: RedisConnection): boolean => typeof connection.duplicate === "function";

/**
 * The options of a connection that is made again, and whose commands wait meanwhile, for as long as Redis is away.
 * @param retries false to give up a connection that cannot be made.
 */
export function patient(connection: RedisConnection, retries: () => boolean = () => true): object {
  if (isClient(connection)) return connection;
  const retryStrategy = (times: number) => (retries() ? Math.min(50 * times, 2000) : null);
  return { maxRetriesPerRequest: null, retryStrategy, ...connection };
}

/** @throws RuntimeError for an older Redis. */
async function checkRedis(client: RedisClient): Promise<void> {
  const info = await client.info();
  const version = /(?:valkey|redis)_version:(\S+)/.exec(info)?.[1] ?? "0";
  const [major, minor = 0] = version.split(".").map(Number);
  if (major > LEAST_REDIS[0] || (major === LEAST_REDIS[0] && minor >= LEAST_REDIS[1])) return;
  throw new RuntimeError(
    `Redis is version ${version}: use Redis ${LEAST_REDIS.join(".")} or later, or Valkey.`,
  );
}

/**
 * The client of a queue, once it is connected.
 * @throws RuntimeError if Redis cannot be reached or is too old, SpecError for a client of another library.
 */
export async function clientOf(queue: Queue, connection: RedisConnection): Promise<RedisClient> {
  let client: RedisClient;
  try {
    client = (await queue.getBackend().client) as unknown as RedisClient;
  } catch (error) {
    const message = (error as Error).message || Object(error).code;
    if (isWithoutClient(error)) {
      throw new RuntimeError("The package ioredis was not found: run npm install ioredis.", { cause: error });
    }
    throw new RuntimeError(
      `Redis at ${placeOf(connection)} cannot be used (${message}): start it, or check the connection.`,
      { cause: error },
    );
  }
  if (typeof client.getBuffer !== "function") {
    throw new SpecError(
      "connection is a client of another library than ioredis: give options, or a client of ioredis.",
    );
  }
  await checkRedis(client);
  return client;
}
