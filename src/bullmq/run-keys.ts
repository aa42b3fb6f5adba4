import { SpecError } from "../errors.js";
import { show } from "../model/check.js";
import type { BytesName } from "./bytes-name.js";

/** The keys of a run in Redis. All begin with the prefix. */
export class RunKeys {
  readonly id: string;
  /** Milliseconds after which its keys and ended jobs are gone, unless someone touches them. */
  readonly expiry: number;
  /** The plan of the run, as text. A run is open while this key exists. */
  readonly plan: string;
  /** The set of the keys of its bytes. */
  readonly list: string;
  /** The set of the ids of its jobs. */
  readonly jobs: string;
  readonly #prefix: string;

  constructor(prefix: string, id: string, expiry: number) {
    this.id = id;
    this.expiry = expiry;
    this.#prefix = prefix;
    this.plan = `${prefix}:run:${id}`;
    this.list = `${this.plan}:bytes`;
    this.jobs = `${this.plan}:jobs`;
  }

  /** The keys of the pieces of bytes. */
  pieces({ sha256, bytes }: BytesName, pieceBytes: number): string[] {
    const count = Math.max(1, Math.ceil(bytes / pieceBytes));
    return Array.from({ length: count }, (_, i) => `${this.#prefix}:bytes:${this.id}:${sha256}:${i}`);
  }
}

/** The set of the ids of all runs. */
export const runsKey = (prefix: string): string => `${prefix}:runs`;

/** @throws SpecError for an id that cannot be part of keys. */
export function checkId(id: unknown): string {
  if (typeof id === "string" && /^[\w.-]{1,100}$/.test(id)) return id;
  throw new SpecError(`id is ${show(id)}: give up to 100 letters, digits, dots, hyphens and underscores.`);
}
