// The category of a short text, from the characters at each place.
import { NeuralNetwork } from "brain.js";

const samples = [
  { text: "is the server down again", category: "question" },
  { text: "how do I reset my password", category: "question" },
  { text: "where can I find my invoice", category: "question" },
  { text: "my payment was charged twice", category: "complaint" },
  { text: "the app crashes all the time", category: "complaint" },
  { text: "nothing works since the update", category: "complaint" },
  { text: "thank you for the quick help", category: "praise" },
  { text: "I love the new dashboard", category: "praise" },
  { text: "great work, keep it up", category: "praise" },
];

const longest = Math.max(...samples.map(({ text }) => text.length));
const encode = (text) =>
  text
    .padEnd(longest)
    .slice(0, longest)
    .split("")
    .map((character) => character.charCodeAt(0) / 256);

const network = new NeuralNetwork({ hiddenLayers: [12], learningRate: 0.1 });
const status = network.train(
  samples.map(({ text, category }) => ({ input: encode(text), output: { [category]: 1 } })),
  {
    iterations: 1500,
    errorThresh: 0.01,
    callback: ({ iterations, error }) => console.log("iterations", iterations, "error", error),
    callbackPeriod: 500,
  },
);
console.log("iterations", status.iterations, "error", status.error);

const saved = JSON.stringify(network.toJSON());
const loaded = new NeuralNetwork().fromJSON(JSON.parse(saved));
for (const text of ["where is my password", "the app was great, thank you"]) {
  const output = loaded.run(encode(text));
  for (const category in output) console.log(text, category, output[category]);
}
