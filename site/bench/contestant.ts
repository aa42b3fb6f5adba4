/** The interface of a library that takes part. */

/** One training by one library. */
export interface Contestant {
  readonly name: string;
  readonly version: string;
  /** Makes this number of updates: whole epochs, or the first steps of one. Ends when the parameters are known. */
  train(steps: number): Promise<void> | void;
  /** The outputs for all rows. */
  predict(): Promise<ArrayLike<number>> | ArrayLike<number>;
  dispose(): void;
}
