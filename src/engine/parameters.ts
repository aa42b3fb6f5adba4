import { areFinite } from "../data/values.js";
import { DataError, ShapeError, SpecError } from "../errors.js";
import type { Core } from "../machine/core.js";
import type { Host } from "../machine/host.js";
import { LiveView } from "../machine/live-view.js";
import { checkKeys, hasOwn, plural, show, tagOf } from "../model/check.js";
import type { NetworkSpec } from "../model/spec.js";
import { type Role, type TensorSpec, tensorsOf } from "../model/tensors.js";
import { type ParameterMatrix, readMatrix, writeMatrix } from "../program/matrix.js";
import { matricesOf, type Parameters } from "../program/parameters.js";

/**
 * Parameters by name: W1, b1, W2, ... with W as [units][inputs], row by row; gamma1, beta1, ... of normalizations; and
 * mean1, variance1, ..., the running statistics that batchNorm predicts with.
 */
export type ParameterArrays = Record<`${Role}${number}`, Float32Array>;

/** Parameters as setParams accepts them: flat arrays, or W as an array of rows. */
export type ParameterValues = Record<string, ArrayLike<number> | readonly ArrayLike<number>[]>;

/**
 * Parameters that were checked, by name, each flat and row by row. They may be arrays of the user: write them at once and keep
 * none.
 */
export type CheckedParameters = Readonly<Record<string, Float32Array>>;

/** A parameter with its shape, for messages. */
function nameOf(matrix: ParameterMatrix | undefined): string {
  return matrix ? `${matrix.key} of ${matrix.rows} x ${matrix.cols}` : "no further parameter";
}

/** Parameters in linear memory, or gradients of the same layout. */
export class ParameterBlock {
  readonly #matrices: readonly ParameterMatrix[];
  readonly #start: number;
  readonly #memory: LiveView<Float32Array>;
  readonly #core: Core;

  /** @param parts that lie one behind the other. */
  constructor(core: Core, ...parts: Parameters[]) {
    const { address, bytes } = parts[parts.length - 1];
    const start = parts[0].address;
    this.#matrices = matricesOf(...parts);
    this.#start = start;
    this.#core = core;
    this.#memory = new LiveView(() => core.arena.floatsAt(start, (address + bytes - start) / 4));
  }

  /** Copies under the names W1, b1, ... @param names of the ones to copy. Default: all. */
  read(names?: readonly string[]): ParameterArrays {
    const memory = this.#memory.array;
    const result: ParameterArrays = {};
    for (const matrix of this.#matrices) {
      if (names && !names.includes(matrix.key)) continue;
      result[matrix.key as keyof ParameterArrays] = readMatrix(matrix, memory, this.#start);
    }
    return result;
  }

  /** @throws ShapeError unless another block has the same parameters, of the same shapes. */
  checkSame(other: ParameterBlock): void {
    const own = this.#matrices;
    const others = other.#matrices;
    for (let i = 0; i < Math.max(own.length, others.length); i++) {
      const [a, b] = [own[i], others[i]];
      if (a && b && a.key === b.key && a.rows === b.rows && a.cols === b.cols) continue;
      throw new ShapeError(
        `The other network has ${nameOf(b)} where this one has ${nameOf(a)}: give one with the same layers.`,
      );
    }
  }

  /** Releases the memory. */
  release(): void {
    this.#memory.release();
  }

  /** Writes parameters that were checked for this network. The others stay. @param host where they are written too. */
  write(host: Host, values: CheckedParameters): void {
    for (const matrix of this.#matrices) {
      const value = values[matrix.key];
      if (!value) continue;
      const memory = this.#memory.array;
      // Making a view of a small parameter takes as long as writing it.
      if (host === this.#core) writeMatrix(matrix, memory, this.#start, value);
      else {
        const { address, bytes } = matrix;
        const from = (address - this.#start) / 4;
        const block = memory.subarray(from, from + bytes / 4);
        host.write(block, (view) => writeMatrix(matrix, view, address, value));
      }
    }
  }
}

/** True for arrays and typed arrays of numbers. Other objects may claim any length. */
function isList(value: unknown): value is ArrayLike<unknown> {
  if (Array.isArray(value)) return true;
  if (!ArrayBuffer.isView(value)) return false;
  return value instanceof Float32Array || !/^(DataView|Big)/.test(tagOf(value));
}

/** The verb and object of a message about what was given in place of a parameter. */
function found(given: unknown): string {
  if (!isList(given)) return `is ${show(given)}`;
  return `has ${isList(given[0]) ? `${given.length} x ${given[0].length} values` : plural(given.length, "value")}`;
}

/** Finds the rows of a parameter: one that holds everything, or one for each unit. @throws ShapeError */
function rowsOf({ name, shape, role }: TensorSpec, given: unknown): ArrayLike<unknown>[] {
  const [units, inputs = 1] = shape;
  const expected = role === "W" ? `${units} x ${inputs} values ([units][inputs])` : plural(units, "value");
  const refused = (what: string, remedy = "") =>
    new ShapeError(`${what}: give ${expected}, flat or as rows${remedy}.`);
  if (!isList(given)) throw refused(`${name} ${found(given)}`);
  const hasRows = isList(given[0]);
  if (given.length === units * inputs && !hasRows) return [given];
  if (given.length !== units || typeof given[0] === "number") {
    const isTransposed =
      hasRows && given.length === inputs && (given[0] as ArrayLike<unknown>).length === units;
    throw refused(`${name} ${found(given)}`, isTransposed ? ", so transpose it" : "");
  }
  return Array.from(given, (row, unit) => {
    if (isList(row) && row.length === inputs) return row;
    throw refused(`Row ${unit} of ${name} ${found(row)}`);
  });
}

/** One parameter as flat numbers. @throws ShapeError, DataError */
function flatten(tensor: TensorSpec, given: unknown): Float32Array {
  const { name, shape, field } = tensor;
  const [units, inputs = 1] = shape;
  const length = units * inputs;
  // An array as getParams returns it.
  if (
    given instanceof Float32Array &&
    given.length === length &&
    field !== "running_var" &&
    areFinite(given)
  ) {
    return given;
  }
  const rows = rowsOf(tensor, given);
  const values = new Float32Array(length);
  let at = 0;
  for (const row of rows) {
    for (let i = 0; i < row.length; i++, at++) {
      const value = row[i];
      values[at] = typeof value === "number" ? value : Number.NaN;
      if (!Number.isFinite(values[at]) || (field === "running_var" && values[at] < 0)) {
        const expected =
          field === "running_var"
            ? "a finite number of at least 0"
            : "a finite number in the range of float32";
        throw new DataError(`${name} is ${show(value)} at index ${at}: give ${expected}.`);
      }
    }
  }
  return values;
}

/**
 * Checks parameters, before any memory is taken for the network.
 * @param isWhole true if every parameter must be given.
 * @throws SpecError for a name that is unknown or missing, ShapeError, DataError.
 */
export function checkParameters(
  spec: NetworkSpec,
  given: ParameterValues,
  call: string,
  isWhole: boolean,
): CheckedParameters {
  const tensors = tensorsOf(spec);
  checkKeys(
    given,
    tensors.map(({ name }) => name),
    call,
  );
  const missing = isWhole && tensors.find(({ name }) => !hasOwn(given, name));
  if (missing) {
    throw new SpecError(
      `params has no ${missing.name}: give all ${tensors.length} parameters of the network, as toJSON and getParams return them.`,
    );
  }
  const checked: Record<string, Float32Array> = {};
  for (const tensor of tensors) {
    const { name } = tensor;
    if (hasOwn(given, name)) checked[name] = flatten(tensor, given[name]);
  }
  return checked;
}
