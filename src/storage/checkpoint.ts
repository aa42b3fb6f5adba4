import type { Bytes } from "../data/bytes.js";
import type { Engine } from "../engine/engine.js";
import { checkFiniteState } from "../engine/finite.js";
import { FormatError } from "../errors.js";
import { optimizerKindOf } from "../model/optimizers.js";
import type { NetworkSpec } from "../model/spec.js";
import { type TensorSpec, tensorsOf } from "../model/tensors.js";
import { type Matrix, readMatrices, writeMatrices } from "../program/matrix.js";
import { matricesOf } from "../program/parameters.js";
import type { Progress } from "../record/progress.js";
import type { Metadata } from "./metadata.js";
import { checkTaken, pack, type Unpacked, unpack } from "./network-file.js";
import { readProgress, writeProgress } from "./progress.js";
import { readSafetensors, type Safetensors, writeSafetensors } from "./safetensors.js";
import { checkValues, excerpt } from "./untrusted.js";

/**
 * A checkpoint is the file that save writes, and in it also: each vector of the optimizer's state as one list of numbers in
 * the order of getParams, once there was an update; the parameters of the best epoch likewise; and how far training has
 * come, as text.
 */

const BEST = "best";
const PROGRESS = "progress";
const stateName = (index: number): string => `optimizer.${index}`;

/** Matrices whose memory begins at an address. */
interface Part {
  matrices: readonly Matrix[];
  base: number;
}

/** The parameters, which each vector of the optimizer's state is laid out as, and all that predictions depend on. */
function partsOf({ store: { parameters, buffers } }: Engine): { trained: Part; model: Part } {
  const base = parameters.address;
  return {
    trained: { matrices: matricesOf(parameters), base },
    model: { matrices: matricesOf(parameters, buffers), base },
  };
}

/**
 * Everything that training resumes from, as a file.
 * @throws SpecError where the learning rate is a function; DivergenceError where training has reached numbers that are not
 * finite, which nothing could resume from.
 */
export function checkpoint(engine: Engine, metadata: Metadata = engine.metadata): Bytes {
  checkFiniteState(engine, "no checkpoint was made");
  const { spec, store, best, progress, core } = engine;
  const file = pack(spec, engine.parameters.read(), metadata);
  const { trained, model } = partsOf(engine);
  const add = (name: string, { matrices, base }: Part, memory: Float32Array) => {
    const values = readMatrices(matrices, memory, base);
    file.tensors.set(name, { shape: [values.length], values });
  };
  if (progress.step > 0) {
    for (const [i, state] of store.states.entries()) add(stateName(i), trained, core.arena.floatsOf(state));
  }
  if (best) add(BEST, model, best);
  file.metadata.set(PROGRESS, writeProgress(progress));
  return writeSafetensors(file);
}

/** How far training had come. @throws FormatError */
function progressOf(text: string | undefined, spec: NetworkSpec): Progress {
  if (text !== undefined) return readProgress(text, spec);
  throw new FormatError('The metadata has no "progress": give what checkpoint wrote, or use Network.load.');
}

/**
 * Takes the values of some tensors, one after the other, out of the file.
 * @param isSquare true for tensors that cannot be negative.
 * @throws FormatError unless they are there, and finite.
 */
function take(
  file: Safetensors,
  name: string,
  tensors: readonly TensorSpec[],
  isSquare: (tensor: TensorSpec) => boolean,
): Float32Array {
  const values = file.tensors.get(name)?.values;
  file.tensors.delete(name);
  const ends = [0];
  for (const { shape } of tensors) ends.push(ends[ends.length - 1] + shape.reduce((a, b) => a * b));
  const size = ends[tensors.length];
  if (!(values instanceof Float32Array) || values.length !== size) {
    throw new FormatError(
      `Tensor ${name} is ${excerpt(values)} of ${values?.length ?? 0}: this network goes on from a Float32Array of ${size} values.`,
    );
  }
  tensors.forEach((tensor, i) => {
    checkValues(values.subarray(ends[i], ends[i + 1]), `Tensor ${name}`, isSquare(tensor));
  });
  return values;
}

/** The optimizer's states. There are none before the first update, except in files of development versions. */
function takeStates(file: Safetensors, spec: NetworkSpec, step: number): Float32Array[] {
  if (step === 0 && !file.tensors.has(stateName(0))) return [];
  const kind = optimizerKindOf(spec.optimizer);
  const parameters = tensorsOf(spec).filter(({ isStatistic }) => !isStatistic);
  return kind
    .states(spec.optimizer)
    .map((place, i) => take(file, stateName(i), parameters, () => Boolean(kind.squares?.includes(place))));
}

/** The parameters and statistics of the best epoch. */
function takeBest(file: Safetensors, spec: NetworkSpec): Float32Array | undefined {
  if (!file.tensors.has(BEST)) return undefined;
  return take(file, BEST, tensorsOf(spec), ({ field }) => field === "running_var");
}

/**
 * Reads what checkpoint wrote, before any memory is taken for the network.
 * @param replacesLoss true if the caller puts another loss in the place of that of the file. Default false.
 * @returns the network, and `restore`, which puts the rest into an engine that was made of it.
 * @throws FormatError for anything else.
 */
export function readCheckpoint(
  bytes: Uint8Array | ArrayBuffer,
  replacesLoss = false,
): Unpacked & { restore(engine: Engine): void } {
  const file = readSafetensors(bytes);
  const network = unpack(file, replacesLoss);
  const { spec } = network;
  const progress = progressOf(file.metadata.get(PROGRESS), spec);
  const states = takeStates(file, spec, progress.step);
  const best = takeBest(file, spec);
  checkTaken(file, "give what checkpoint wrote");
  const restore = (engine: Engine): void => {
    const { trained, model } = partsOf(engine);
    if (states.length > 0) engine.takeStates();
    states.forEach((values, i) => {
      const memory = engine.core.arena.floatsOf(engine.store.states[i]);
      writeMatrices(trained.matrices, memory, trained.base, values);
    });
    if (best) {
      engine.best = engine.model.slice();
      writeMatrices(model.matrices, engine.best, model.base, best);
    }
    engine.progress = progress;
  };
  return { ...network, restore };
}
