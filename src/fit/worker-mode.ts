/** The code that only training in a worker needs: a file of its own, which the first fit with `worker` loads. */

export { Ahead } from "./ahead.js";
export { fitAsJob } from "./as-job.js";
export { moveThere } from "./move-there.js";
export { Pace } from "./pace.js";
