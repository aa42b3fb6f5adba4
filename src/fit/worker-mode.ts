/** The code that only training in a worker needs: a file of its own, which the first fit with `worker` loads. */

export { WorkerCore } from "../machine/worker-core.js";
export { Ahead } from "./ahead.js";
export { Pace } from "./pace.js";
