import { number, oneOf, type Rules, text } from "./check.js";

/** The direction in which a measured value improves: "min" if lower is better, "max" if higher is better. */
export type Direction = "min" | "max";

/** Options of everything that waits for a measured value to improve: early stopping and reduceOnPlateau. */
export interface Monitor {
  /** The value to watch: "loss", "valLoss", or the name of a metric, with "val" before it for validation rows. */
  monitor: string;
  /** Default "auto": the direction of the metric itself. A custom metric has to say its `direction` for that. */
  mode: Direction | "auto";
  /** A value counts as better only if it is better by more than this. At least 0. */
  minDelta: number;
}

/** The rules of these options, with the defaults of two of them. The default of mode is "auto". */
export function monitorRules({ monitor, minDelta }: Omit<Monitor, "mode">): Rules<Monitor> {
  return {
    monitor: text(monitor),
    mode: oneOf("auto", ["min", "max", "auto"]),
    minDelta: number(minDelta),
  };
}
