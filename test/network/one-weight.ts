/** The simplest network: a weight that each update moves by its learning rate. */

import { dense, Network, type ScheduleSpec, sgd } from "../../src/index.js";
import { BUILDS } from "../helpers.js";

export type Rate = number | ScheduleSpec | ((step: number) => number);

/** A weight whose gradient is 1 whatever it is: with x = 1 and y far above, |w·x - y| falls at slope -1. */
export const oneWeight = (learningRate: Rate, math = BUILDS[0]): Network =>
  new Network({
    inputs: 1,
    layers: [dense(1, "linear", { bias: false, init: "zeros" })],
    loss: "meanAbsoluteError",
    optimizer: sgd({ learningRate: learningRate as number }),
    math,
  });
export const ones = (rows: number): number[] => new Array(rows).fill(1);
export const far = (rows: number): number[] => new Array(rows).fill(1e6);
export const weightOf = (network: Network): number => network.getParams().W1[0];
