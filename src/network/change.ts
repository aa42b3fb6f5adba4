import type { Engine } from "../engine/engine.js";
import { SpecError } from "../errors.js";
import { checkKeys, checkWhole } from "../model/check.js";
import type { LossInput } from "../model/losses.js";
import type { OptimizerInput } from "../model/optimizers.js";
import { checkSpec, type NetworkSpec, type SpecOptions } from "../model/spec.js";
import type { LayerSpec } from "../program/layers/index.js";
import { checkMathOptions, MATH_KEYS, type MathOptions, type NetworkSettings } from "./options.js";

/** Parts of a network that may change. Those that are left out stay. */
export interface CompileOptions {
  optimizer?: OptimizerInput | undefined;
  loss?: LossInput | undefined;
}

/** Options of what reads a network: the build of the core, and a loss in place of that of the file. */
export type ReadOptions = MathOptions & Pick<CompileOptions, "loss">;

/** Checks the options of what reads a network. @param parts those that may be replaced. @throws SpecError */
export function checkReadOptions(
  options: MathOptions & CompileOptions,
  parts: readonly (keyof CompileOptions)[],
  call: string,
): Pick<NetworkSettings, "math"> & { parts: CompileOptions } {
  const keys = [...MATH_KEYS, ...parts];
  const { math, threads, ...given } = checkKeys<MathOptions & CompileOptions>(options, keys, call);
  return { ...checkMathOptions({ math, threads }, call), parts: given };
}

/** The spec with another optimizer or loss. @throws SpecError */
export function withParts(spec: NetworkSpec, { optimizer, loss }: CompileOptions): NetworkSpec {
  if (optimizer === undefined && loss === undefined) return spec;
  const parts = { optimizer: optimizer ?? spec.optimizer, loss: loss ?? spec.loss };
  return checkSpec({ ...spec, ...parts } as SpecOptions);
}

/** Goes on with another optimizer, whose state begins anew, or another loss. A fit that was cut or stopped is discarded. */
export function compile(engine: Engine, options: CompileOptions): void {
  const given = checkKeys<CompileOptions>(options, ["optimizer", "loss"], "compile");
  const spec = withParts(engine.spec, given);
  engine.discardFit();
  if (given.optimizer !== undefined) engine.beginAnew(spec);
  else {
    engine.become(spec);
    // They are of the curvature of the loss of before.
    engine.progress.pairs = 0;
  }
}

/**
 * Freezes a layer, or ends that. All states stay, except the pairs of lbfgs, which would move what is frozen.
 * @throws SpecError for a layer that is not there or has no parameters.
 */
export function setTrainable(engine: Engine, layer: number, trainable: boolean, call: string): void {
  const { spec } = engine;
  const layers = [...spec.layers];
  if (!(checkWhole(layer, 0, "layer") < layers.length)) {
    throw new SpecError(
      `layer is ${layer}, but the network has layers 0 to ${layers.length - 1}: give one of these.`,
    );
  }
  const chosen = layers[layer];
  if (!("trainable" in chosen)) {
    throw new SpecError(
      `${call} was given layer ${layer}, a ${chosen.type}, which has no parameters: give the index of a layer that has some.`,
    );
  }
  if (chosen.trainable === trainable) return;
  layers[layer] = { ...chosen, trainable } as LayerSpec;
  engine.become({ ...spec, layers });
  engine.progress.pairs = 0;
}
