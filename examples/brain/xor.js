// XOR, as the README of brain.js has it.
import { NeuralNetwork } from "brain.js";

const network = new NeuralNetwork({ binaryThresh: 0.5, hiddenLayers: [3], activation: "sigmoid" });

const data = [
  { input: [0, 0], output: [0] },
  { input: [0, 1], output: [1] },
  { input: [1, 0], output: [1] },
  { input: [1, 1], output: [0] },
];
const { iterations, error } = network.train(data);
console.log("iterations", iterations, "error", error);
for (const { input } of data) console.log(input.join(" xor "), network.run(input)[0]);
