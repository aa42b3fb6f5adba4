/**
 * The errors of densely by kind. Each message is one sentence: the value received and its place, what was expected, and
 * the remedy.
 */

/** The base of all errors that densely throws on purpose. */
export class DenselyError extends Error {
  override readonly name: string = "DenselyError";
}

/** The description of a network or the options of a call are wrong: an unknown name or key, or a value out of range. */
export class SpecError extends DenselyError {
  override readonly name = "SpecError";
}

/** A size is wrong: the length of a row, the rows of x and y, or the shape of a parameter. */
export class ShapeError extends DenselyError {
  override readonly name = "ShapeError";
}

/** A value in the data cannot be used: NaN, Infinity, or a class index out of range. */
export class DataError extends DenselyError {
  override readonly name = "DataError";
}

/** The network is not in a state for this call: it is disposed, or it is being trained. */
export class StateError extends DenselyError {
  override readonly name = "StateError";
}

/** A file does not follow its format: it is cut off, of an unknown version, or of sizes that contradict each other. */
export class FormatError extends DenselyError {
  override readonly name = "FormatError";
}

/** Training reached NaN or Infinity. The parameters are as they were before the call. */
export class DivergenceError extends DenselyError {
  override readonly name = "DivergenceError";
}

/**
 * The host lacks what a call needs: it cannot run the WebAssembly core or has no memory left for it; or BullMQ is not installed
 * or Redis not there.
 */
export class RuntimeError extends DenselyError {
  override readonly name = "RuntimeError";
}

/** Errors whose stack begins where a public function was called. */
const traced = new WeakSet<object>();

/** True for an error whose stack is to begin at the caller of a public call. */
function isTraceable(error: unknown, isOuter: boolean): error is DenselyError {
  return error instanceof DenselyError && (isOuter || !traced.has(error));
}

/** In V8: writes to `object.stack` the frames below that of `entry`. */
const { captureStackTrace } = Error as {
  captureStackTrace?: (object: object, entry: unknown) => void;
};

/**
 * Makes the stack of an error begin at the caller of `entry`, which is running.
 * @param isOuter true if an earlier trace, of a call within, is replaced.
 * @returns the error.
 */
export function trace(error: unknown, entry: unknown, isOuter = false): unknown {
  if (!captureStackTrace || !isTraceable(error, isOuter)) return error;
  traced.add(error);
  captureStackTrace(error, entry);
  return error;
}

/** Passes on a promise whose errors get the frames of an earlier stack, since its caller has gone on by then. */
async function traceLater(
  promise: Promise<unknown>,
  { stack }: { stack: string },
  isOuter: boolean,
): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    if (isTraceable(error, isOuter)) {
      traced.add(error);
      error.stack = `${error.name}: ${error.message}${stack.slice(stack.indexOf("\n"))}`;
    }
    throw error;
  }
}

/**
 * Makes a public function whose errors lead to the line that called it instead of into this library.
 * @param isOuter true for a function that calls other public functions, but no code of the user. An error in code of the
 * user that a method has called, such as a callback, keeps the line there.
 * @param most number of its parameters. @param refuse is given the arguments beyond these.
 */
export function traceable<P extends unknown[], R>(
  name: string,
  call: (...parameters: P) => R,
  isOuter = false,
  most = Number.POSITIVE_INFINITY,
  refuse: (others: readonly unknown[]) => void = () => {},
): typeof call {
  const entry = function (this: unknown, ...parameters: P): R {
    let result: R;
    try {
      if (parameters.length > most) refuse(parameters.slice(most));
      result = call.apply(this, parameters);
    } catch (error) {
      throw trace(error, entry, isOuter);
    }
    if (!captureStackTrace || !(result instanceof Promise)) return result;
    const here = { stack: "" };
    captureStackTrace(here, entry);
    return traceLater(result, here, isOuter) as R;
  };
  Object.defineProperty(entry, "name", { value: name });
  Object.defineProperty(entry, "length", { value: call.length });
  return entry;
}
