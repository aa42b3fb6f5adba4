import type { Engine } from "../engine/engine.js";
import { readParameters, writeParameters } from "../engine/parameters.js";
import { FormatError } from "../errors.js";
import type { NetworkSpec } from "../model/spec.js";
import { type Matrix, sizeOf, visit } from "../program/matrix.js";
import { matricesOf } from "../program/parameters.js";
import type { Progress } from "../record/progress.js";
import { pack, unpack } from "./network-file.js";
import { readSafetensors, writeSafetensors } from "./safetensors.js";
import { excerpt, isCount, isRecord, parseRecord } from "./untrusted.js";

/**
 * A checkpoint is the file that save writes with more in it: the optimizer's states as one list of numbers each, in the
 * order of getParams; the parameters of the best epoch likewise; and how far training has come as text.
 */

const BEST = "best";
const PROGRESS = "progress";
const stateName = (index: number): string => `optimizer.${index}`;

/** The numbers of some matrices in memory that begins at address `base`, as users count them. */
function collect(matrices: readonly Matrix[], memory: Float32Array, base: number): Float32Array {
  const values = new Float32Array(sizeOf(matrices));
  let index = 0;
  for (const matrix of matrices) {
    visit(matrix, (offset) => {
      values[index++] = memory[(matrix.address - base) / 4 + offset];
    });
  }
  return values;
}

/** Puts them back. @throws FormatError where there are more or fewer of them. */
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
  let index = 0;
  for (const matrix of matrices) {
    visit(matrix, (offset) => {
      memory[(matrix.address - base) / 4 + offset] = values[index++];
    });
  }
}

/** The matrices of the model and of each state, with where their memory begins. */
function partsOf({ store }: Engine) {
  const { parameters, buffers, states } = store;
  return {
    model: { matrices: matricesOf(parameters, buffers), base: parameters.address },
    states: states.map((state) => ({ matrices: matricesOf(state), base: state.address })),
  };
}

/** Everything that training goes on from. @throws SpecError where the learning rate is a function of one's own. */
export function checkpoint(engine: Engine): Uint8Array<ArrayBuffer> {
  const { spec, store, best, progress, core } = engine;
  const file = pack(spec, readParameters(engine, store.parameters, store.buffers));
  const parts = partsOf(engine);
  const add = (name: string, values: Float32Array) =>
    file.tensors.set(name, { shape: [values.length], values });
  parts.states.forEach(({ matrices, base }, i) => {
    const memory = core.arena.floatsOf(store.states[i]);
    add(stateName(i), collect(matrices, memory, base));
  });
  if (best) add(BEST, collect(parts.model.matrices, best, parts.model.base));
  file.metadata.set(PROGRESS, JSON.stringify(progress));
  return writeSafetensors(file);
}

const isNumber = (value: unknown): boolean => typeof value === "number";
const isOptional = (value: unknown): boolean => value === undefined || isNumber(value);
const isNumbers = (value: unknown): boolean => Array.isArray(value) && value.every(isNumber);

/** What each member of an object must be. */
type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

const PLATEAU: Shape = { factor: isNumber, best: isOptional, waited: isCount, cooling: isCount };
const PARTIAL: Shape = {
  batches: isCount,
  rows: isNumber,
  loss: isNumber,
  mass: isNumber,
  hits: isNumber,
  topHits: isNumber,
  confusion: isNumbers,
  deviations: isNumbers,
  outputs: isNumbers,
  targets: isNumbers,
};

/** Whether a history has lists of numbers alone beside how it ended. */
function isHistory(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { epochs, stopped, custom = {}, ...lists } = value;
  const all = isRecord(custom) ? { ...lists, ...custom } : { custom };
  return isCount(epochs) && typeof stopped === "string" && Object.values(all).every(isNumbers);
}

const FIT: Shape = {
  epochs: isCount,
  partial: (value) => fits(value, PARTIAL),
  history: isHistory,
  best: isOptional,
  waited: isCount,
};
const SHAPE: Shape = {
  step: isCount,
  epoch: isCount,
  pairs: isCount,
  plateau: (value) => fits(value, PLATEAU),
  fit: (value) => value === undefined || fits(value, FIT),
};

/** Whether a value has the members of a shape and no others. */
function fits(value: unknown, shape: Shape): boolean {
  if (!isRecord(value) || Object.keys(value).some((key) => !Object.hasOwn(shape, key))) return false;
  return Object.entries(shape).every(([key, isRight]) => isRight(value[key]));
}

/** How far training had come. @throws FormatError */
function progressOf(text: string | undefined): Progress {
  if (text === undefined) {
    throw new FormatError('The metadata has no "progress": give what checkpoint wrote, or use Network.load.');
  }
  const progress = parseRecord(text, "The progress in the metadata");
  if (fits(progress, SHAPE)) return progress as unknown as Progress;
  throw new FormatError(
    `The progress in the metadata is ${excerpt(text)}: give what checkpoint of this version of densely wrote.`,
  );
}

/**
 * What checkpoint wrote.
 * @returns the spec, and what puts the rest into an engine made of it.
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
