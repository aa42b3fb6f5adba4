import type { Engine } from "../engine/engine.js";
import type { Session } from "../engine/session.js";
import { SpecError } from "../errors.js";
import type { Host } from "../machine/host.js";
import { optimizerKindOf } from "../model/optimizers.js";
import type { NetworkSpec } from "../model/spec.js";
import type { Updater } from "./settings.js";

/** Prepares the updates of a session. @param host where they are computed. Default: where the engine computes. */
export type MakeUpdater = (engine: Engine, session: Session, host?: Host) => Updater;

/** The updaters by the name of their optimizer. Each is an entry point of its own, which enters it here when it loads. */
const UPDATERS = new Map<string, MakeUpdater>();

/** Makes an updater known. */
export function enterUpdater(optimizer: string, make: MakeUpdater): void {
  UPDATERS.set(optimizer, make);
}

/**
 * The updater of an optimizer that compares losses; undefined for the others, whose updates are part of the program.
 * @throws SpecError if its entry point was not imported.
 */
export function updaterOf({ optimizer }: NetworkSpec): MakeUpdater | undefined {
  if (!optimizerKindOf(optimizer).comparesLosses) return undefined;
  const { type } = optimizer;
  const make = UPDATERS.get(type);
  if (make) return make;
  throw new SpecError(
    `This network is trained by ${type}, which is not loaded: import { ${type} } from "densely/${type}", or choose adam.`,
  );
}
