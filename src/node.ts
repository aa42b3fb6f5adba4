/** densely/node: networks and checkpoints in files. */

export { checkpointTo, loadFile, resumeFile, saveCheckpoint, saveFile } from "./node/files.js";
