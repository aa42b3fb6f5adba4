/** densely/node: networks and checkpoints in files, and the course of a fit in a terminal. */

export { type Callbacks, type JoinedCallbacks, together } from "./fit/together.js";
export { checkpointTo, loadFile, resumeFile, saveCheckpoint, saveFile } from "./node/files.js";
export { type ProgressCallbacks, type ProgressOptions, progress } from "./node/progress.js";
export type { Screen } from "./node/style.js";
