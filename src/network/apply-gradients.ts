import { tabulateInputs } from "../data/dataset.js";
import type { Engine } from "../engine/engine.js";
import { checkParameters, type ParameterValues } from "../engine/parameters.js";
import { SpecError } from "../errors.js";
import { checkPlain, hasOwn, isPlain, show } from "../model/check.js";
import { kindOf } from "../model/layers.js";
import { optimizerKindOf } from "../model/optimizers.js";
import { tensorsOf } from "../model/tensors.js";
import { updating, withBatch } from "./gradients.js";

/** Gradients by parameter name, flat or W as rows. What else gradients and backward return may stay in it. */
export type GivenGradients = Readonly<Record<string, ParameterValues[string] | number>>;

/** Makes one update of the optimizer from given gradients. After an error everything is as it was. */
export function applyGradients(engine: Engine, given: GivenGradients): void {
  const { spec, core } = engine;
  if (!isPlain(given)) {
    throw new SpecError(
      `applyGradients was given ${show(given)}: give an object of gradients by name, as gradients and backward return.`,
    );
  }
  const { loss: _, inputs: __, ...named } = checkPlain(given, "applyGradients") as ParameterValues;
  const values = checkParameters(spec, named, "applyGradients", false);
  if (optimizerKindOf(spec.optimizer).comparesLosses) {
    throw new SpecError(
      `applyGradients was called on a network trained by ${spec.optimizer.type}, which compares losses and not gradients alone: choose adam.`,
    );
  }
  const trained = tensorsOf(spec).filter(({ layer, isStatistic }) => {
    const entry = spec.layers[layer];
    return !isStatistic && kindOf(entry).isTrained(entry);
  });
  const missing = trained.find(({ name }) => !hasOwn(values, name));
  if (missing) {
    throw new SpecError(
      `gradients has no ${missing.name}: give those of all parameters that are trained, as gradients and backward return them.`,
    );
  }
  engine.takeStates();
  // A step takes rows. This one does not read them.
  const x = tabulateInputs(spec, new Float32Array(spec.inputs));
  withBatch(engine, { x }, { purpose: "update", training: true }, (session) =>
    updating(engine, session, (step) => {
      session.gradients.write(core, values);
      session.run(step, 0, 1);
    }),
  );
}
