/** densely/formats: networks in the formats of other tools, and as source text. */

export type { KerasLayer, TFJSModel, WeightSpec } from "./formats/keras/format.js";
export { fromTFJS } from "./formats/keras/read.js";
export { toTFJS } from "./formats/keras/write.js";
export { type ModuleOptions, toModule } from "./formats/module.js";
export { toONNX } from "./formats/onnx.js";
export type { TrainingOptions } from "./formats/parts.js";
export { fromPyTorch, type PyTorchOptions } from "./formats/pytorch.js";
export type { Trained } from "./formats/stages.js";
export type { Field, Step } from "./formulas/steps.js";
