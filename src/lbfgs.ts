/** densely/lbfgs: the optimizer L-BFGS. Importing this makes fit and trainOnBatch accept it, by name too. */

export { lbfgs } from "./lbfgs/lbfgs.js";
export type { LbfgsSpec } from "./program/lbfgs.js";
