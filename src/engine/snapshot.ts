import { copyOf, type Progress } from "../record/progress.js";
import type { Engine } from "./engine.js";

/** All that a network has learned, as plain data that another thread can be sent: training resumes from it to the same bits. */
export interface Snapshot {
  /** The numbers of the engine's `state`. */
  readonly state: Float32Array<ArrayBuffer>;
  /** True if the optimizer's states are among them. */
  readonly hasStates: boolean;
  readonly progress: Progress;
  /** The parameters and running statistics of the best epoch of a fit under way, if it looks for one. */
  readonly best: Float32Array | undefined;
  readonly metadata: Engine["metadata"];
}

/** Copies what a network has learned. */
export function snapshotOf({ state, hasStates, progress, best, metadata }: Engine): Snapshot {
  return { state: state.slice(), hasStates, progress: copyOf(progress), best, metadata };
}

/** Puts what a network of the same spec has learned into an engine, which then owns the snapshot. */
export function restore(engine: Engine, { state, hasStates, ...rest }: Snapshot): void {
  if (hasStates) engine.takeStates();
  engine.host.write(engine.state, (memory) => memory.set(state));
  Object.assign(engine, rest);
}
