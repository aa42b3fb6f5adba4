import type { Host } from "../machine/host.js";
import type { NetworkSpec } from "../model/spec.js";
import { initialConstants, initialInstructions, initialScratch } from "../program/initialize.js";
import { fillMatrix } from "../program/matrix.js";
import type { Store } from "../program/parameters.js";
import { runOnce } from "./program.js";

/** Writes initial parameters, running statistics and optimizer states into memory that is all zeros. */
export function initialize(host: Host, spec: NetworkSpec, store: Store): void {
  const { arena } = host;
  const mark = arena.top;
  host.take(mark + initialScratch(spec));
  runOnce(host, initialInstructions(spec, store, mark));
  arena.release(mark);
  for (const { matrix, value } of initialConstants(spec, store)) {
    host.write(arena.floatsOf(matrix), (memory) => fillMatrix(matrix, memory, value));
  }
}
