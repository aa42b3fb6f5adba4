import type { Host } from "../machine/host.js";
import type { NetworkSpec } from "../model/spec.js";
import {
  type InitialConstant,
  initialConstants,
  initialInstructions,
  initialScratch,
  initialState,
} from "../program/initialize.js";
import { fillMatrix } from "../program/matrix.js";
import type { Store } from "../program/parameters.js";
import { runOnce } from "./program.js";

function fill(host: Host, constants: InitialConstant[]): void {
  for (const { matrix, value, isDiagonal } of constants) {
    host.write(host.arena.floatsOf(matrix), (memory) => fillMatrix(matrix, memory, value, isDiagonal));
  }
}

/** Writes initial parameters and running statistics into memory that is all zeros. */
export function initializeParameters(host: Host, spec: NetworkSpec, store: Store): void {
  const { arena } = host;
  const mark = arena.top;
  host.take(mark + initialScratch(spec));
  runOnce(host, initialInstructions(spec, store, mark));
  arena.release(mark);
  fill(host, initialConstants(spec, store));
}

/** Writes initial optimizer states into memory that is all zeros. */
export function initializeStates(host: Host, spec: NetworkSpec, store: Store): void {
  fill(host, initialState(spec, store));
}
