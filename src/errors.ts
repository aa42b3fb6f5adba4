/** What can go wrong, by kind. Each message is one sentence: the value received, what was expected, the remedy. */

/** The base of all errors that densely throws on purpose. */
export class DenselyError extends Error {
  override readonly name: string = "DenselyError";
}

/** The description of a network or the options of a call are wrong: an unknown name or key, a value out of range. */
export class SpecError extends DenselyError {
  override readonly name = "SpecError";
}

/** Sizes do not fit: the length of a row, of x against y, of a parameter. */
export class ShapeError extends DenselyError {
  override readonly name = "ShapeError";
}

/** A value in the data is unusable: NaN, Infinity, a class index out of range. */
export class DataError extends DenselyError {
  override readonly name = "DataError";
}

/** The call does not fit the state of the network: it was disposed of, or it is being trained. */
export class StateError extends DenselyError {
  override readonly name = "StateError";
}

/** The bytes of a file are not what their format says: cut off, of another version, of sizes that do not fit. */
export class FormatError extends DenselyError {
  override readonly name = "FormatError";
}

/** Training left the finite numbers; the parameters are as they were before the call. */
export class DivergenceError extends DenselyError {
  override readonly name = "DivergenceError";
}

/** The host cannot run the WebAssembly core or has no memory left for it. */
export class RuntimeError extends DenselyError {
  override readonly name = "RuntimeError";
}
