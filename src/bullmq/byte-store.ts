import { FormatError, SpecError, StateError } from "../errors.js";
import { type BytesName, checkName, sha256Of } from "./bytes-name.js";
import { BoundedCache } from "./cache.js";
import type { RedisClient } from "./connection.js";
import type { RunKeys } from "./run-keys.js";

/**
 * Bytes beside the jobs: values of Redis under the SHA-256 of what they are. A job holds only their name, since bytes in its
 * data would become JSON of five times their size.
 */

/** Maximum of bytes in one value. Redis takes 512 MB, but one reply of that size holds up all other clients. */
export const PIECE_BYTES = 32 * 2 ** 20;

/** Bounds of a process. */
export interface StoreLimits {
  /** Maximum of bytes under one name. */
  maxBytes: number;
  /** Maximum of bytes that are kept for the next jobs. */
  cacheBytes: number;
}

/** Reads and writes the bytes of runs, and keeps the latest ones. */
export class ByteStore {
  readonly #client: RedisClient;
  readonly #maxBytes: number;
  readonly #kept: BoundedCache<Uint8Array>;
  /** Reads that are under way, so that jobs of one process read the same bytes once. */
  readonly #reads = new Map<string, Promise<Uint8Array>>();

  constructor(client: RedisClient, { maxBytes, cacheBytes }: StoreLimits) {
    this.#client = client;
    this.#maxBytes = maxBytes;
    this.#kept = new BoundedCache<Uint8Array>(cacheBytes, ({ length }) => length);
  }

  /** Writes bytes, unless the run has them already. They must not change afterwards. */
  async put(run: RunKeys, bytes: Uint8Array): Promise<BytesName> {
    const name = { sha256: sha256Of(bytes), bytes: bytes.length };
    const keys = run.pieces(name, PIECE_BYTES);
    this.#kept.set(name.sha256, bytes);
    await Promise.all([
      this.#client.sadd(run.list, ...keys),
      this.#client.pexpire(run.list, run.expiry),
      ...keys.map(async (key, i) => {
        if ((await this.#client.pexpire(key, run.expiry)) === 1) return;
        const piece = bytes.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES);
        const buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
        await this.#client.set(key, buffer, { PX: run.expiry });
      }),
    ]);
    return name;
  }

  /**
   * Reads bytes by their name. The result is shared: it must not be changed.
   * @throws SpecError for more bytes than this process accepts, StateError if they are gone, FormatError if they are others.
   */
  get(run: RunKeys, given: BytesName): Promise<Uint8Array> {
    const name = checkName(given);
    this.checkSize(name.bytes);
    return this.read(name.sha256, () => this.#fetch(run, name));
  }

  /** @throws SpecError for more bytes than this process accepts. */
  checkSize(bytes: number): void {
    if (bytes <= this.#maxBytes) return;
    throw new SpecError(
      `The job has data of ${bytes} bytes, but this worker accepts ${this.#maxBytes}: send smaller data, or start it with a larger maxBytes.`,
    );
  }

  /** Bytes from the cache, or else from `fetch`. @throws FormatError if they have another SHA-256. */
  read(sha256: string, fetch: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const kept = this.#kept.get(sha256);
    if (kept) return Promise.resolve(kept);
    let reading = this.#reads.get(sha256);
    if (!reading) {
      reading = this.#check(sha256, fetch).finally(() => this.#reads.delete(sha256));
      this.#reads.set(sha256, reading);
    }
    return reading;
  }

  async #check(sha256: string, fetch: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const bytes = await fetch();
    if (sha256Of(bytes) !== sha256) {
      throw new FormatError(
        `The data of ${bytes.length} bytes has not the SHA-256 ${sha256.slice(0, 12)}...: it has changed since the job was sent.`,
      );
    }
    this.#kept.set(sha256, bytes);
    return bytes;
  }

  /** Removes bytes that nobody needs any more. */
  async drop(run: RunKeys, names: readonly BytesName[]): Promise<void> {
    const keys = names.flatMap((name) => run.pieces(checkName(name), PIECE_BYTES));
    if (keys.length === 0) return;
    await Promise.all([this.#client.unlink(...keys), this.#client.srem(run.list, ...keys)]);
  }

  async #fetch(run: RunKeys, name: BytesName): Promise<Uint8Array> {
    const bytes = new Uint8Array(name.bytes);
    const keys = run.pieces(name, PIECE_BYTES);
    await Promise.all(
      keys.map(async (key, i) => {
        const piece = await this.#client.getBuffer(key);
        if (!piece)
          throw new StateError(
            `Data of the run ${run.id} is gone: the run was cancelled, has ended, or has expired.`,
          );
        const room = bytes.subarray(i * PIECE_BYTES);
        if (piece.length <= room.length) room.set(piece);
      }),
    );
    return bytes;
  }
}
