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

/** The host cannot run the WebAssembly core, or has no memory left for it. */
export class RuntimeError extends DenselyError {
  override readonly name = "RuntimeError";
}
