import type { Engine } from "../engine/engine.js";
import { checkFiniteState } from "../engine/finite.js";
import { readParameters } from "../engine/parameters.js";
import { FormatError } from "../errors.js";
import { optimizerKindOf } from "../model/optimizers.js";
import type { NetworkSpec } from "../model/spec.js";
import { tensorsOf } from "../model/tensors.js";
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
export function checkpoint(engine: Engine, metadata: Metadata = engine.metadata): Uint8Array<ArrayBuffer> {
  checkFiniteState(engine, "no checkpoint was made");
  const { spec, store, best, progress, core } = engine;
  const file = pack(spec, readParameters(engine, store.parameters, store.buffers), metadata);
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
 * Takes a list of numbers out of the file.
 * @returns undefined if the file does not have it.
 * @throws FormatError unless it is a Float32Array of this many finite numbers.
 */
function take(
  { tensors }: Safetensors,
  name: string,
  size: number,
  isSquare = false,
): Float32Array | undefined {
  const values = tensors.get(name)?.values;
  tensors.delete(name);
  if (!values) return undefined;
  if (values instanceof Float32Array && values.length === size) {
    return checkValues(values, `Tensor ${name}`, isSquare);
  }
  throw new FormatError(
    `Tensor ${name} is ${excerpt(values)} of ${values.length}: this network has a Float32Array of ${size} values.`,
  );
}

/** The optimizer's states; none before the first update. @throws FormatError */
function takeStates(file: Safetensors, spec: NetworkSpec, step: number): Float32Array[] {
  const { optimizer } = spec;
  const kind = optimizerKindOf(optimizer);
  const size = sizeOf(spec, false);
  const places = kind.states(optimizer);
  // Development versions wrote states before the first update too.
  if (step === 0 && !file.tensors.has(stateName(0))) return [];
  return places.map((place, i) => {
    const values = take(file, stateName(i), size, kind.squares?.includes(place));
    if (values) return values;
    throw new FormatError(
      `Tensor ${stateName(i)} is missing, after ${step} updates by ${optimizer.type}: give what checkpoint wrote.`,
    );
  });
}

/** Number of parameters. @param hasStatistics true to count running statistics too. */
function sizeOf(spec: NetworkSpec, hasStatistics: boolean): number {
  const tensors = tensorsOf(spec).filter(({ isStatistic }) => hasStatistics || !isStatistic);
  return tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
}

/** The parameters and statistics of the best epoch, whose variances are not negative either. @throws FormatError */
function takeBest(file: Safetensors, spec: NetworkSpec): Float32Array | undefined {
  const values = take(file, BEST, sizeOf(spec, true));
  let from = 0;
  for (const { field, shape } of values ? tensorsOf(spec) : []) {
    const to = from + shape.reduce((a, b) => a * b);
    checkValues((values as Float32Array).subarray(from, to), `Tensor ${BEST}`, field === "running_var");
    from = to;
  }
  return values;
}

/**
 * Reads what checkpoint wrote, before any memory is taken for the network.
 * @returns the network, and `restore`, which puts the rest into an engine that was made of it.
 * @throws FormatError for anything else.
 */
export function readCheckpoint(
  bytes: Uint8Array | ArrayBuffer,
): Unpacked & { restore(engine: Engine): void } {
  const file = readSafetensors(bytes);
  const network = unpack(file);
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
