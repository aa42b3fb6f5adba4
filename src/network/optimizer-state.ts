import type { Engine } from "../engine/engine.js";
import {
  checkParameters,
  type ParameterArrays,
  ParameterBlock,
  type ParameterValues,
} from "../engine/parameters.js";
import { DataError, SpecError } from "../errors.js";
import { checkKeys, checkWhole, hasOwn, show } from "../model/check.js";
import { optimizerKindOf } from "../model/optimizers.js";
import { tensorsOf } from "../model/tensors.js";
import { planParameters } from "../program/parameters.js";

/**
 * The state of an optimizer: its number of updates so far, and its vectors by name, each in the shape of the parameters. They
 * are missing before the first update. `mean` and `meanSquare` of adam are exp_avg and exp_avg_sq of PyTorch.
 */
export interface OptimizerState {
  step: number;
  [vector: string]: number | ParameterArrays;
}

/** The same as setState accepts it: flat arrays, or W as an array of rows. What is left out stays. */
export interface GivenOptimizerState {
  readonly step?: number | undefined;
  readonly [vector: string]: number | ParameterValues | undefined;
}

/** A vector of the state. */
interface Vector {
  name: string;
  block: ParameterBlock;
  /** True if its numbers cannot be negative. */
  isSquare: boolean;
}

/** The vectors of the optimizer of a network, in the order of a checkpoint. @throws SpecError for lbfgs. */
function vectorsOf({ spec, core, store }: Engine, call: string): Vector[] {
  const { optimizer } = spec;
  const { comparesLosses, names = {}, squares, states } = optimizerKindOf(optimizer);
  if (comparesLosses) {
    throw new SpecError(
      `${call} was called on a network trained by ${optimizer.type}, whose state is its path so far: use checkpoint, or choose adam.`,
    );
  }
  return states(optimizer).map((place, i) => ({
    name: names[place] as string,
    block: new ParameterBlock(core, planParameters(spec, store.states[i].address)),
    isSquare: squares?.includes(place) ?? false,
  }));
}

/** Copies of the optimizer's state. */
export function getState(engine: Engine): OptimizerState {
  const state: OptimizerState = { step: engine.progress.step };
  const vectors = vectorsOf(engine, "getState");
  if (engine.hasStates) for (const { name, block } of vectors) state[name] = block.read();
  return state;
}

/** @throws SpecError, ShapeError, DataError for what cannot be a vector of this state. */
function checkVector({ spec }: Engine, { name, isSquare }: Vector, given: unknown) {
  const names = tensorsOf(spec).flatMap((tensor) => (tensor.isStatistic ? [] : tensor.name));
  const values = checkParameters(spec, checkKeys<ParameterValues>(given, names, name), name, false);
  for (const [key, numbers] of Object.entries(values)) {
    const at = isSquare ? numbers.findIndex((value) => value < 0) : -1;
    if (at < 0) continue;
    throw new DataError(
      `${key} of ${name} is ${show(numbers[at])} at index ${at}, but it is a mean of squares: give numbers of at least 0.`,
    );
  }
  return values;
}

/** Replaces the optimizer's state. After an error nothing has changed. */
export function setState(engine: Engine, given: GivenOptimizerState): void {
  const vectors = vectorsOf(engine, "setState");
  const state = checkKeys<GivenOptimizerState>(
    given,
    ["step", ...vectors.map(({ name }) => name)],
    "setState",
  );
  const step = checkWhole(state.step ?? engine.progress.step, 0, "step");
  const present = vectors.filter(({ name }) => hasOwn(state, name) && state[name] !== undefined);
  if (step === 0 && present.length > 0) {
    throw new SpecError(
      `setState was given ${present[0].name} at step 0, where no update has made it: give a step of at least 1 too.`,
    );
  }
  const values = present.map((vector) => checkVector(engine, vector, state[vector.name]));
  engine.takeStates();
  present.forEach(({ block }, i) => {
    block.write(engine.host, values[i]);
  });
  engine.progress.step = step;
  engine.discardStoppedFit();
}
