import { Network } from "./node_modules/densely/dist/index.js";

const warnings = [];
console.warn = (text) => warnings.push(text);

/** Trains and returns the losses with the warnings. */
async function fit(worker) {
  warnings.length = 0;
  const network = new Network([2, 4, 1]);
  const history = await network.fit([[0, 1], [1, 1]], [1, 0], { epochs: 5, worker }); // biome-ignore format: a table
  return { loss: history.loss.join(), warnings: [...warnings] };
}

async function answer() {
  const here = await fit(false);
  const file = await fit("./node_modules/densely/dist/worker.js");
  const text = await fit(true);
  const again = await fit(true);
  const isSame = [file, text, again].every(({ loss }) => loss === here.loss);
  const bits = isSame ? "the same bits" : "other bits";
  return `file: ${file.warnings.length} warnings; text: ${text.warnings}; again: ${again.warnings.length} warnings; ${bits}`;
}

globalThis.answer = answer();
