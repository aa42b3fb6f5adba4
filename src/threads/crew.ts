import text from "../../build/mate.js";
import { reasonOf } from "../machine/refusals.js";
import { startWorker, type Worker } from "../machine/runtime/worker.js";
import type { Call, Farewell } from "./messages.js";

/** The part of a team that its mates are called by. */
export interface Callable {
  readonly id: number;
  readonly threads: number;
  /** The message that calls the mate of a rank. */
  callOf(rank: number, isFirst: boolean): Call;
  /** Lets the mates go. */
  dismiss(): void;
}

/** A thread that serves one team after another. The process does not wait for it. */
class Mate {
  /** The teams that it has a core for. */
  readonly #known = new Set<number>();
  readonly #worker: Worker;

  /** @throws the host's error if it starts no thread. */
  constructor(onEnd: (mate: Mate) => void) {
    const failed = () => onEnd(this);
    // It answers only if it breaks down.
    this.#worker = startWorker({ text }, { answered: failed, failed });
    this.#worker.hold(false);
  }

  call(team: Callable, rank: number): void {
    this.#worker.post(team.callOf(rank, !this.#known.has(team.id)), []);
    this.#known.add(team.id);
  }

  forget(id: number): void {
    if (this.#known.delete(id)) this.#worker.post({ id } satisfies Farewell, []);
  }

  end(): void {
    this.#worker.end();
  }
}

/** The mates of this process, of rank 1, 2, ..., which all networks share: they serve one team at a time. */
let mates: Mate[] = [];
let current: Callable | undefined;

/** Forgets a mate that has ended between two jobs. The others wait for the next call. */
function lose(mate: Mate): void {
  const rank = mates.indexOf(mate) + 1;
  if (rank === 0) return;
  mates.splice(rank - 1);
  if (current && rank < current.threads) leave(current);
}

/** Calls all mates of a team, unless they serve it already. @returns why the host starts no thread, if it does not. */
export function call(team: Callable): string | undefined {
  if (current === team) return undefined;
  if (current) leave(current);
  try {
    while (mates.length < team.threads - 1) mates.push(new Mate(lose));
    for (let rank = 1; rank < team.threads; rank++) mates[rank - 1].call(team, rank);
  } catch (cause) {
    return reasonOf(cause);
  }
  current = team;
  return undefined;
}

/** Lets the mates of a team go. */
export function leave(team: Callable): void {
  if (current !== team) return;
  team.dismiss();
  current = undefined;
}

/** Lets all mates forget a team whose network is gone. */
export function forget(team: Callable): void {
  leave(team);
  for (const mate of mates) mate.forget(team.id);
}

/** Ends all mates: one of them did not come. */
export function disband(): void {
  current = undefined;
  const ended = mates;
  mates = [];
  for (const mate of ended) mate.end();
}
