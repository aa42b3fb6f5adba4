import { SpecError } from "../errors.js";
import { show } from "../model/check.js";
import { exported } from "../model/exported.js";
import { takeAllKinds } from "../network/all-kinds.js";
import { Callbacks } from "./callbacks.js";
import { rowsOf } from "./data.js";
import { Fit } from "./fit.js";
import { refuse } from "./refusal.js";
import { type AccelerationReport, Counts } from "./report.js";
import { Twins } from "./twins.js";
import type { BatchFunction, FitLoopArguments, Model, ModelMethods, Tensor, TensorFlow } from "./types.js";

/** The result of `accelerate`. */
export interface Acceleration {
  /** A copy of the counts as they are now. */
  readonly report: AccelerationReport;
  /** Gives TensorFlow.js its own methods back. It may be called twice, and `accelerate` may be called again after it. */
  undo(): void;
}

/** The property of tf.LayersModel.prototype that holds its acceleration. */
const ACCELERATION = Symbol.for("densely.acceleration");

/** The methods of tf.LayersModel that are replaced. */
const METHODS = ["fitLoop", "makeTrainFunction", "makeTestFunction", "testLoop", "predictLoop"] as const;

/** A fit with everything that it needs. @throws Refusal */
async function prepareFit(
  tf: TensorFlow,
  twins: Twins,
  { fitLoop, testLoop }: ModelMethods,
  counts: Counts,
  model: Model,
  given: FitLoopArguments,
): Promise<Fit> {
  const [
    train,
    data,
    labels,
    batchSize = 32,
    epochs = 1,
    ,
    ,
    test,
    validation,
    shuffle = true,
    ,
    initialEpoch = 0,
  ] = given;
  const [, , , , , , , , , , , , stepsPerEpoch, validationSteps] = given;
  if (stepsPerEpoch || validationSteps || typeof shuffle === "string") refuse("steps or shuffled batches");
  const tensors = data.filter(Boolean);
  const isWeighted = tensors.length > 2;
  const { twin, metrics } = twins.compiled(model, isWeighted);
  const read = async (part: readonly Tensor[]) =>
    rowsOf(twin.translation, part, await Promise.all(part.map((tensor) => tensor.data())));
  const training = await read(tensors);
  const validates = test && validation?.length;
  const held = validates ? await read(validation) : undefined;
  const callbacks = Callbacks.of(tf, fitLoop, model, given) ?? refuse("callbacks that cannot be made");
  return new Fit({
    model,
    callbacks,
    training,
    validation: held,
    batchSize,
    epochs,
    initialEpoch,
    shuffle,
    labels,
    metrics,
    // The rows are those of this translation, which serves weighted rows if there were some before.
    twin: () => twins.current(model, twin.translation.isWeighted).twin,
    original: {
      tf,
      train,
      validate: validates ? () => testLoop.call(model, test, validation, batchSize) : undefined,
    },
    leave: (error) => counts.leave(error),
  });
}

/** The methods that take the place of those of tf.LayersModel. */
function methodsFor(tf: TensorFlow, counts: Counts, own: ModelMethods): ModelMethods {
  const twins = new Twins(tf);
  /** The functions of TensorFlow.js by those that take their place. */
  const originals = new WeakMap<BatchFunction, BatchFunction>();
  const originalOf = (given: BatchFunction) => originals.get(given) ?? given;

  /** Lets densely compute, or else TensorFlow.js. */
  function either<T>(act: () => T, otherwise: () => T): T {
    try {
      const result = act();
      counts.take();
      return result;
    } catch (error) {
      counts.leave(error);
      return otherwise();
    }
  }

  /** A function of a batch that lets densely compute. */
  function replace(model: Model, original: BatchFunction, isTraining: boolean): BatchFunction {
    const replacement: BatchFunction = (data) =>
      either(
        () => twins.measure(model, data, data[0].shape[0], isTraining),
        () => original(data),
      );
    originals.set(replacement, original);
    return replacement;
  }

  return {
    async fitLoop(this: Model, ...given) {
      const [train, data, labels, batchSize, epochs, verbose, callbacks, test, ...rest] = given;
      const [f, g] = [originalOf(train), test && originalOf(test)];
      const asGiven: FitLoopArguments = [f, data, labels, batchSize, epochs, verbose, callbacks, g, ...rest];
      let fit: Fit;
      try {
        fit = await prepareFit(tf, twins, own, counts, this, asGiven);
        counts.take();
      } catch (error) {
        counts.leave(error);
        return own.fitLoop.call(this, ...asGiven);
      }
      return fit.run();
    },
    makeTrainFunction(this: Model) {
      return replace(this, own.makeTrainFunction.call(this), true);
    },
    makeTestFunction(this: Model) {
      own.makeTestFunction.call(this);
      this.testFunction = replace(this, this.testFunction as BatchFunction, false);
    },
    testLoop(this: Model, test, data, batchSize, verbose, steps) {
      const original = () => own.testLoop.call(this, originalOf(test), data, batchSize, verbose, steps);
      if (verbose || steps) return original();
      return either(() => twins.measure(this, data, batchSize, false), original);
    },
    predictLoop(this: Model, inputs, batchSize, verbose) {
      const original = () => own.predictLoop.call(this, inputs, batchSize, verbose);
      return verbose ? original() : either(() => twins.predict(this, inputs), original);
    },
  };
}

/** @throws SpecError unless it has what is needed. */
function checkTensorFlow(tf: TensorFlow): void {
  const given = tf as Partial<TensorFlow> | undefined | null;
  const lacks = (what: string) =>
    new SpecError(
      `accelerate was given ${show(tf)} without ${what}: give it all of TensorFlow.js, as import * as tf makes it, or an object with LayersModel, CallbackList, tensor and tidy.`,
    );
  const methods: Partial<ModelMethods> = given?.LayersModel?.prototype ?? {};
  if (!METHODS.every((name) => typeof methods[name] === "function")) throw lacks("LayersModel");
  if (!given?.CallbackList?.prototype) throw lacks("CallbackList");
  for (const name of ["tensor", "tidy"] as const) if (typeof given[name] !== "function") throw lacks(name);
}

/**
 * Lets densely train, evaluate and predict the models of a TensorFlow.js that are chains of dense layers. Nothing else changes:
 * the numbers, the weights in their variables, callbacks and errors are those of TensorFlow.js, and what densely does not have
 * is left to it. A second call for the same copy returns the same acceleration.
 * @param tf the namespace of @tensorflow/tfjs, or an object with at least LayersModel, CallbackList, tensor and tidy.
 * @throws SpecError for anything else.
 */
export const accelerate = /* @__PURE__ */ exported("accelerate(tf)", (tf: TensorFlow): Acceleration => {
  checkTensorFlow(tf);
  const prototype = tf.LayersModel.prototype as Model & { [ACCELERATION]?: Acceleration };
  const known = prototype[ACCELERATION];
  if (known) return known;
  // As class Network of densely does, which need not be loaded.
  takeAllKinds();
  const counts = new Counts();
  const { fitLoop, makeTrainFunction, makeTestFunction, testLoop, predictLoop } = prototype;
  const own: ModelMethods = { fitLoop, makeTrainFunction, makeTestFunction, testLoop, predictLoop };
  const replaced = methodsFor(tf, counts, own);
  Object.assign(prototype, replaced);
  const acceleration: Acceleration = {
    get report() {
      return counts.report;
    },
    undo() {
      if (prototype[ACCELERATION] !== acceleration) return;
      // Methods that someone has replaced meanwhile stay.
      for (const name of METHODS) {
        if (prototype[name] === replaced[name]) Object.assign(prototype, { [name]: own[name] });
      }
      delete prototype[ACCELERATION];
    },
  };
  prototype[ACCELERATION] = acceleration;
  return acceleration;
});
