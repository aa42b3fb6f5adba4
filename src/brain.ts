/** densely/brain: NeuralNetwork with the interface of brain.js, trained by densely. */

export { CrossValidate } from "./brain/cross-validate.js";
export { likely, type Runnable } from "./brain/likely.js";
export { NeuralNetwork } from "./brain/neural-network.js";
export { defaults, trainDefaults } from "./brain/options.js";
export type {
  Activation,
  BinaryTestResult,
  Datum,
  LayerJSON,
  Misclass,
  NetworkData,
  NetworkOptions,
  NeuralNetworkJSON,
  NumberHash,
  OldLayerJSON,
  OldNeuralNetworkJSON,
  Pattern,
  TestResult,
  TrainingOptions,
  TrainingOptionsJSON,
  TrainingStatus,
} from "./brain/types.js";
export {
  AE,
  FeedForward,
  GRU,
  GRUTimeStep,
  LSTM,
  LSTMTimeStep,
  NeuralNetworkGPU,
  Recurrent,
  RNN,
  RNNTimeStep,
  recurrent,
} from "./brain/unavailable.js";
