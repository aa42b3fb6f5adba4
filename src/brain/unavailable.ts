/** The networks of brain.js that densely does not have. */

import { SpecError, trace } from "../errors.js";

/** A class whose objects cannot be made. */
type Unavailable = new (...options: unknown[]) => never;

const RECURRENT =
  "is a recurrent network, and densely has none: give the last rows of the sequence as one input of NeuralNetwork of densely/brain or Network of densely, or stay with brain.js for it";

/** Makes a class that says what densely offers in place of it. */
function unavailable(name: string, remedy: string): Unavailable {
  const owner = {
    [name]: class {
      constructor() {
        throw trace(new SpecError(`${name} ${remedy}.`), new.target);
      }
    },
  }[name];
  return owner as unknown as Unavailable;
}

export const RNN: Unavailable = /* @__PURE__ */ unavailable("RNN", RECURRENT);
export const LSTM: Unavailable = /* @__PURE__ */ unavailable("LSTM", RECURRENT);
export const GRU: Unavailable = /* @__PURE__ */ unavailable("GRU", RECURRENT);
export const RNNTimeStep: Unavailable = /* @__PURE__ */ unavailable("RNNTimeStep", RECURRENT);
export const LSTMTimeStep: Unavailable = /* @__PURE__ */ unavailable("LSTMTimeStep", RECURRENT);
export const GRUTimeStep: Unavailable = /* @__PURE__ */ unavailable("GRUTimeStep", RECURRENT);
export const Recurrent: Unavailable = /* @__PURE__ */ unavailable("Recurrent", RECURRENT);

/** The recurrent networks, as brain.js groups them. */
export const recurrent = { RNN, LSTM, GRU, RNNTimeStep, LSTMTimeStep, GRUTimeStep };

export const NeuralNetworkGPU: Unavailable = /* @__PURE__ */ unavailable(
  "NeuralNetworkGPU",
  "needs a graphics card, which densely does not use: take NeuralNetwork of densely/brain, which trains by WebAssembly with the same options",
);
export const FeedForward: Unavailable = /* @__PURE__ */ unavailable(
  "FeedForward",
  "is built of layers of brain.js: take Network of densely, new Network({ inputs, layers: [dense(units, activation), ...] })",
);
export const AE: Unavailable = /* @__PURE__ */ unavailable(
  "AE",
  "is an autoencoder on a graphics card: take NeuralNetwork of densely/brain with the inputs as outputs too, or Network of densely",
);
