// Black or white text, whichever is easier to read on a colour.
import { likely, NeuralNetwork } from "brain.js";

const network = new NeuralNetwork();

const status = network.train(
  [
    { input: { r: 0.03, g: 0.7, b: 0.5 }, output: { black: 1 } },
    { input: { r: 0.16, g: 0.09, b: 0.2 }, output: { white: 1 } },
    { input: { r: 0.5, g: 0.5, b: 1.0 }, output: { white: 1 } },
    { input: { r: 0.98, g: 0.85, b: 0.11 }, output: { black: 1 } },
    { input: { r: 0.55, g: 0.05, b: 0.3 }, output: { white: 1 } },
    { input: { r: 0.75, g: 0.95, b: 0.9 }, output: { black: 1 } },
  ],
  { log: true, logPeriod: 50, learningRate: 0.5 },
);
console.log("iterations", status.iterations, "error", status.error);

for (const colour of [
  { r: 1, g: 0.4, b: 0 },
  { r: 0.1, b: 0.4 },
  { g: 0.9, b: 0.9 },
]) {
  const { black, white } = network.run(colour);
  console.log(JSON.stringify(colour), likely(colour, network), "black", black, "white", white);
}
