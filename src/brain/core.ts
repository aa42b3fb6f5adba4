import code from "../../build/online.js";
import { RuntimeError } from "../errors.js";
import { Core } from "../machine/core.js";

/** The core of assembly/online.ts. */
const ONLINE = { name: "strict", code } as const;

/** The core that all networks use. */
export interface SharedCore {
  readonly core: Core;
  /** The address at which its free memory begins. */
  readonly base: number;
  /** The training whose data are in its memory. */
  resident: object | undefined;
}

let shared: SharedCore | undefined;

/** True where there is no WebAssembly. */
let isMissing = false;

/** The core that all networks use; undefined where the host has no WebAssembly. */
export function sharedCore(): SharedCore | undefined {
  if (isMissing) return undefined;
  try {
    if (!shared) {
      const core = new Core(ONLINE);
      shared = { core, base: core.arena.top, resident: undefined };
    }
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    isMissing = true;
  }
  return shared;
}

/** Bytes of memory up to which the core is kept for the next training. */
const KEPT_BYTES = 1 << 24;

/** Ends a training. A core with much memory is dropped, since memory does not shrink. */
export function leaveCore(training: object): void {
  if (shared?.resident !== training) return;
  shared.resident = undefined;
  if (shared.core.arena.bytes <= KEPT_BYTES) return;
  shared.core.drop();
  shared = undefined;
}
