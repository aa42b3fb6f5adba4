import type { Engine } from "../engine/engine.js";
import { readParameters, writeParameters } from "../engine/parameters.js";
import { FormatError } from "../errors.js";
import type { NetworkSpec } from "../model/spec.js";
import { type Matrix, readMatrices, sizeOf, writeMatrices } from "../program/matrix.js";
import { matricesOf } from "../program/parameters.js";
import type { Progress } from "../record/progress.js";
import { pack, unpack } from "./network-file.js";
import { readProgress, writeProgress } from "./progress.js";
import { readSafetensors, writeSafetensors } from "./safetensors.js";
import { excerpt } from "./untrusted.js";

/**
 * A checkpoint is the file that save writes, and in it also: each vector of the optimizer's state as one list of numbers in
 * the order of getParams; the parameters of the best epoch likewise; and how far training has come, as text.
 */

const BEST = "best";
const PROGRESS = "progress";
const stateName = (index: number): string => `optimizer.${index}`;

/** Writes the values of some matrices. @throws FormatError for more or fewer values. */
function spread(
  matrices: readonly Matrix[],
  memory: Float32Array,
  base: number,
  values: unknown,
  name: string,
): void {
  const size = sizeOf(matrices);
  if (!(values instanceof Float32Array) || values.length !== size) {
    throw new FormatError(
      `Tensor ${name} is ${excerpt(values)}: this network goes on from a Float32Array of ${size} values.`,
    );
  }
  writeMatrices(matrices, memory, base, values);
}

/** The matrices of the model and of each vector of the optimizer's state, and the address where their memory begins. */
function partsOf({ store }: Engine) {
  const { parameters, buffers, states } = store;
  return {
    model: { matrices: matricesOf(parameters, buffers), base: parameters.address },
    states: states.map((state) => ({ matrices: matricesOf(state), base: state.address })),
  };
}

/** Everything that training resumes from, as a file. @throws SpecError where the learning rate is a function. */
export function checkpoint(engine: Engine): Uint8Array<ArrayBuffer> {
  const { spec, store, best, progress, core } = engine;
  const file = pack(spec, readParameters(engine, store.parameters, store.buffers));
  const parts = partsOf(engine);
  const add = (name: string, values: Float32Array) =>
    file.tensors.set(name, { shape: [values.length], values });
  parts.states.forEach(({ matrices, base }, i) => {
    const memory = core.arena.floatsOf(store.states[i]);
    add(stateName(i), readMatrices(matrices, memory, base));
  });
  if (best) add(BEST, readMatrices(parts.model.matrices, best, parts.model.base));
  file.metadata.set(PROGRESS, writeProgress(progress));
  return writeSafetensors(file);
}

/** How far training had come. @throws FormatError */
function progressOf(text: string | undefined): Progress {
  if (text !== undefined) return readProgress(text);
  throw new FormatError('The metadata has no "progress": give what checkpoint wrote, or use Network.load.');
}

/**
 * Reads what checkpoint wrote.
 * @returns the spec, and `restore`, which puts the rest into an engine made of that spec.
 * @throws FormatError for anything else.
 */
export function readCheckpoint(bytes: Uint8Array | ArrayBuffer): {
  spec: NetworkSpec;
  restore(engine: Engine): void;
} {
  const file = readSafetensors(bytes);
  const { spec, params } = unpack(file);
  const progress = progressOf(file.metadata.get(PROGRESS));
  const restore = (engine: Engine): void => {
    writeParameters(engine, params, true);
    const parts = partsOf(engine);
    parts.states.forEach(({ matrices, base }, i) => {
      const memory = engine.core.arena.floatsOf(engine.store.states[i]);
      spread(matrices, memory, base, file.tensors.get(stateName(i))?.values, stateName(i));
    });
    const best = file.tensors.get(BEST)?.values;
    if (best) {
      engine.best = engine.model.slice();
      spread(parts.model.matrices, engine.best, parts.model.base, best, BEST);
    }
    engine.progress = progress;
  };
  return { spec, restore };
}
