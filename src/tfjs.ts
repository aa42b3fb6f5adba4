/** densely/tfjs: lets densely train the models of a program that was written for TensorFlow.js. */

export { type Acceleration, accelerate } from "./tfjs/accelerate.js";
export type { AccelerationReport } from "./tfjs/report.js";
export type { TensorFlow } from "./tfjs/types.js";
