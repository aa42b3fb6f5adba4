import type { Rows } from "../data/dataset.js";
import { isMostlyZeros } from "../data/density.js";
import type { Counts } from "../program/request.js";
import { rowBytes } from "./cost.js";
import { type Model, Session, type SessionOptions, type SessionRequest } from "./session.js";

/** Maximum of bytes that the kept plans of a network take together. A larger plan lives as long as its session is open. */
export const KEPT_BYTES = 2 ** 22;

/** Maximum of kept plans of a network. */
export const KEPT_PLANS = 32;

/** Larger windows have room for no more rows than were asked for. */
const LARGEST_ROUNDED = 2 ** 12;

/** Inputs from which on skipping zeros can be worth a look at the data. */
const MANY_INPUTS = 16;

const NO_COUNTS: Counts = {};

/** Room for some rows: the next power of two. Each room is planned once, and calls with fewer rows share it. */
function roomFor(rows: number): number {
  return rows > LARGEST_ROUNDED ? rows : 2 ** (32 - Math.clz32(rows - 1));
}

/** Everything that the plan of a session depends on. */
function requestOf(model: Model, data: Rows, options: SessionOptions): SessionRequest {
  const { x, targets = "none", weights, isSigned = false } = data;
  const { purpose, windowBytes, epochs = 1 } = options;
  const {
    spec = model.spec,
    host = model.core,
    counts = NO_COUNTS,
    training = purpose === "train",
  } = options;
  // A batch that is smaller than all rows has the size that the caller chose. So has the order of several epochs.
  const isOneBatch = x.rows <= options.batch;
  const isSequential = options.isSequential ?? false;
  const batch = isOneBatch && isSequential ? roomFor(x.rows) : Math.min(options.batch, x.rows);
  const windowRows = Math.max(1, Math.floor(windowBytes / rowBytes(data) / batch)) * batch;
  const rows = Math.min(isSequential ? Math.max(roomFor(x.rows), batch) : x.rows, windowRows);
  return {
    host,
    spec,
    purpose,
    batch,
    rows,
    epochs,
    isSequential,
    byteInputs: x.bytes,
    targets,
    weighted: weights !== undefined,
    isMeanOverRows: weights !== undefined && isSigned,
    counts,
    training,
    // The products of a single row decide for themselves, and those of few inputs gain nothing.
    skipsZeros: batch > 1 && x.cols >= MANY_INPUTS && isMostlyZeros(x),
    permutedRows: purpose === "train" && rows < x.rows ? x.rows : 0,
  };
}

/** True if both count the same. */
function areSameCounts(a: Counts, b: Counts): boolean {
  return (
    a === b ||
    (a.hits === b.hits &&
      a.top === b.top &&
      a.confusion === b.confusion &&
      a.deviations === b.deviations &&
      a.outputs === b.outputs)
  );
}

/** True if a session that was planned for `a` serves `b`. */
function isSame(a: SessionRequest, b: SessionRequest): boolean {
  return (
    a.purpose === b.purpose &&
    a.batch === b.batch &&
    a.rows === b.rows &&
    a.spec === b.spec &&
    a.targets === b.targets &&
    a.weighted === b.weighted &&
    a.isMeanOverRows === b.isMeanOverRows &&
    a.byteInputs === b.byteInputs &&
    a.skipsZeros === b.skipsZeros &&
    a.training === b.training &&
    a.isSequential === b.isSequential &&
    a.epochs === b.epochs &&
    a.permutedRows === b.permutedRows &&
    areSameCounts(a.counts, b.counts)
  );
}

/**
 * The sessions of a network, and the plans that it keeps: what was planned, compiled and written to memory for a purpose, a kind
 * of data and a room for rows is used again by every later call of the same kind with as many rows or fewer.
 *
 * Memory above the parameters is a stack. Kept plans stay in it; a session that is too large to be kept, or that computes in a
 * worker, is released when it is closed, and with it what lies above it.
 *
 *      parameters | states | kept plan | kept plan | session of a large fit | kept plan of a call in its callback
 */
export class KeptPlans {
  readonly #model: Model;
  /** In the order of their addresses. */
  #kept: Session[] = [];
  #ofOneRow: Session | undefined;
  #trained: Session | undefined;

  constructor(model: Model) {
    this.#model = model;
  }

  /** Opens a session over some rows: with a plan that was kept, if one serves it. Close it after use. */
  open(data: Rows, options: SessionOptions): Session {
    const request = requestOf(this.#model, data, options);
    const session = this.#find(request) ?? this.#plan(request);
    session.open(data, options.isRepeated);
    if (request.purpose === "train") this.#trained = session;
    return session;
  }

  /** Closes a session. Those that are not kept are closed in reverse order. */
  close(session: Session): void {
    session.close();
    if (!session.isKept) this.#release(session.start);
  }

  /** Forgets all plans and frees their memory, because what they were made of has changed. No session may be open. */
  clear(): void {
    if (this.#kept.length > 0) this.#release(this.#kept[0].start);
  }

  /** The sessions of kept plans. */
  get kept(): readonly Session[] {
    return this.#kept;
  }

  /** The kept plan that predicts one row of floats, if there is one. */
  get ofOneRow(): Session | undefined {
    return this.#ofOneRow;
  }

  /** The session that trained last, if its plan was kept. */
  get trained(): Session | undefined {
    return this.#kept.find((session) => session === this.#trained);
  }

  /** Number of kept plans. */
  get size(): number {
    return this.#kept.length;
  }

  /** Bytes that kept plans take. */
  get bytes(): number {
    return this.#kept.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** A kept session for this request that is not open. */
  #find(request: SessionRequest): Session | undefined {
    if (request.host !== this.#model.core) return undefined;
    for (const session of this.#kept) {
      if (!session.isOpen && isSame(session.request, request)) return session;
    }
    return undefined;
  }

  /** Plans a session, in place of all kept ones if it would exceed their maximum together with them. */
  #plan(request: SessionRequest): Session {
    const { arena } = this.#model.core;
    const isHere = request.host === this.#model.core;
    let session = new Session(this.#model, request);
    if (isHere && session.bytes <= KEPT_BYTES) {
      if (!this.#hasRoomFor(session.bytes) && this.#areOnTop(arena.top)) {
        this.clear();
        session = new Session(this.#model, request);
      }
      session.isKept = this.#hasRoomFor(session.bytes);
    }
    session.place();
    if (session.isKept) this.#setKept([...this.#kept, session]);
    return session;
  }

  #hasRoomFor(bytes: number): boolean {
    return this.bytes + bytes <= KEPT_BYTES && this.size < KEPT_PLANS;
  }

  /** True if kept plans that are not open, and nothing else, lie between the parameters and `top`. */
  #areOnTop(top: number): boolean {
    let start = this.#model.top;
    for (const session of this.#kept) {
      if (session.isOpen || session.start !== start) return false;
      start = session.end;
    }
    return start === top;
  }

  /** Frees memory from `start` on, with the plans in it. */
  #release(start: number): void {
    this.#setKept(this.#kept.filter((session) => session.start < start));
    const { arena } = this.#model.core;
    if (!arena.isDropped) arena.release(start);
  }

  #setKept(sessions: Session[]): void {
    this.#kept = sessions;
    const { spec } = this.#model;
    this.#ofOneRow = sessions.find(({ request: { purpose, rows, byteInputs, spec: planned } }) => {
      return purpose === "predict" && rows === 1 && !byteInputs && planned === spec;
    });
  }
}
