import type { Engine } from "../engine/engine.js";
import { tensorsOf } from "../model/tensors.js";
import { sizeOf } from "../program/matrix.js";
import { matricesOf } from "../program/parameters.js";

/** A network in one line: "Network 784-128-10, 101,770 parameters, adam, 5,625 steps". */
export function describe({ spec, store, progress, isDisposed }: Engine): string {
  const units = tensorsOf(spec).flatMap(({ role, shape }) => (role === "W" ? [shape[0]] : []));
  const parameters = sizeOf(matricesOf(store.parameters)).toLocaleString("en");
  const name = `Network ${[spec.inputs, ...units].join("-")}, ${parameters} parameters, ${spec.optimizer.type}`;
  const { step } = progress;
  const steps = `${step.toLocaleString("en")} step${step === 1 ? "" : "s"}`;
  return isDisposed ? `${name}, disposed` : `${name}, ${steps}`;
}
