import { StateError } from "../errors.js";
import type { Model } from "./model.js";
import type { EstimatorSpec } from "./options.js";
import type { TaskKind } from "./task.js";

/** The task of an estimator, its options, and the model that it has trained. */
export interface EstimatorState<C, V, M> {
  readonly kind: TaskKind<C, V, M>;
  readonly spec: EstimatorSpec;
  /** Absent before fit and after dispose. */
  model: Model<C> | undefined;
  /** The summary of the last report. */
  report: string;
}

/** The property that leads from an estimator to its state. */
const STATE = Symbol("state");

/**
 * Gives an estimator its state. It is behind a function instead of in private fields: stores of frameworks give out proxies
 * of objects, which have no private fields, and replace objects that they find in them.
 */
export function keepState<C, V, M>(estimator: object, state: EstimatorState<C, V, M>): void {
  Object.defineProperty(estimator, STATE, { value: () => state });
}

/** The state of an estimator. @throws StateError for anything that is not an estimator. */
export function stateOf<C, V, M>(estimator: object | undefined): EstimatorState<C, V, M> {
  const find = (estimator as { [STATE]?: () => EstimatorState<C, V, M> } | undefined)?.[STATE];
  if (find) return find();
  throw new StateError(
    "A method of Classifier or Regressor was called on something else, such as a copy of a model: call it as model.predict(rows).",
  );
}

/** The trained model of an estimator. @throws StateError before fit. */
export function modelOf<C>({ model }: { model: Model<C> | undefined }, call: string): Model<C> {
  if (model) return model;
  throw new StateError(`${call} was called before fit: train the model, or load one.`);
}
