/** The values that data may have, and how a message ends that refuses another one. */
export interface ValueRange {
  least: number;
  most: number;
  /** The end of the message: the expected values and the remedy. */
  remedy: string;
  /** The numbers that text in their place has to be turned into, such as "class indices". Default "numbers". */
  labels?: string;
}

const FLOAT32_MAX = 3.4028234663852886e38;

/** Every finite float32 number. */
export const FINITE: ValueRange = {
  least: -FLOAT32_MAX,
  most: FLOAT32_MAX,
  remedy: "every value must be a finite float32 number, so fill in or leave out what is missing",
};
