import type { Engine } from "../engine/engine.js";
import type { Occupancy } from "../engine/occupancy.js";
import { completeInSlices, type Slices } from "../engine/scheduler.js";
import { disposed } from "../machine/refusals.js";

/** The common beginning of a network's methods: may it be called now, and is its data right. */

/** The engine or its source, if the network may be used. @throws StateError */
export function alive<T extends { readonly occupancy: Occupancy }>(network: T, call: string): T {
  network.occupancy.checkAlive(call);
  return network;
}

/** Calls a function during which no other call may train. @throws StateError if one does. */
export function alone<T>(engine: Engine, call: string, act: () => T): T {
  alive(engine, call).occupancy.occupy(call);
  try {
    return act();
  } finally {
    engine.occupancy.free();
  }
}

/**
 * Calls a function that opens memory and changes nothing. During it no call may train: data and metrics may be code of the
 * user. Inside a call that trains, and holds others off, it may come at any time.
 * @throws StateError if the network is disposed of meanwhile.
 */
export function reading<T>(engine: Engine, call: string, act: () => T): T {
  const result = alive(engine, call).occupancy.isOccupied ? act() : alone(engine, call, act);
  if (engine.isDisposed) throw disposed();
  return result;
}

/**
 * Completes a computation in slices, during which no other call may train.
 * @param options of the call, whose signal `begin` checks. Aborting it, or dispose, ends waits for what does not come.
 * @throws StateError if another call trains.
 */
export async function aloneInSlices<T>(
  occupancy: Occupancy,
  call: string,
  begin: () => Slices<T>,
  options: unknown,
): Promise<T> {
  occupancy.checkAlive(call);
  occupancy.occupy(call);
  try {
    const slices = begin();
    const { signal } = (options ?? {}) as { signal?: AbortSignal };
    const onWait = (end: Occupancy["interrupt"]) => {
      occupancy.interrupt = end;
    };
    return await completeInSlices(slices, { signal, onWait });
  } finally {
    occupancy.free();
  }
}
