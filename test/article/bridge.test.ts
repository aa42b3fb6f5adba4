import { expect, test } from "vitest";
import { forward_prop, fromArticle, init_params, toArticle, train } from "../../src/article.js";
import { dense, Network, ShapeError, SpecError, sgd } from "../../src/index.js";
import { wrong } from "../helpers.js";
import { bits, matrix, transpose } from "./helpers.js";

const X = matrix(5, 30, 1);
const Y = bits(3, 30, 2);
const [params] = train(X, Y, [5, 9, 3], 50, 1);

test("fromArticle predicts what forward_prop predicts, and toArticle gives the parameters back", () => {
  const network = fromArticle(params);
  const predicted = Array.from(network.predict(transpose(X)));
  expect(predicted).toEqual(transpose(forward_prop(X, params)[0]).flat());
  expect(toArticle(network)).toEqual(params);
});

test("toArticle gives forward_prop the parameters of a network of the main door", () => {
  const layers = [dense(4, "sigmoid"), dense(2, "sigmoid")];
  const network = new Network({ inputs: 5, layers, seed: 1 });
  const [AL] = forward_prop(X, toArticle(network));
  expect(transpose(AL).flat()).toEqual(Array.from(network.predict(transpose(X))));
});

test("training continues in a Network, with the learning rate times the number of outputs", () => {
  const [further] = train(X, Y, [5, 9, 3], 70, 1);
  const network = fromArticle(params, { optimizer: sgd({ learningRate: 3 }) });
  network.fitSync(transpose(X), transpose(Y), { epochs: 20, batchSize: "full", shuffle: false });
  const [mine, article] = [
    toArticle(network).W1.flatMap((row) => [...row]),
    further.W1.flatMap((row) => [...row]),
  ];
  mine.forEach((weight, i) => {
    expect(weight).toBeCloseTo(article[i], 5);
  });
});

test("networks and parameters that do not fit are refused", () => {
  expect(() => toArticle(new Network([5, 4, 2]))).toThrow(SpecError);
  expect(() => toArticle(new Network({ inputs: 2, layers: [dense(1, "sigmoid", { bias: false })] }))).toThrow(
    /Layer 1 is without biases/,
  );
  expect(() => fromArticle({})).toThrow(SpecError);
  expect(() => fromArticle(params, wrong({ loss: "huber" }))).toThrow(/Unknown option "loss" of fromArticle/);
  expect(() => fromArticle({ W1: params.W1 })).toThrow(/b1 is undefined/);
  expect(() => fromArticle({ ...init_params([2, 3]), b1: [[0]] })).toThrow(ShapeError);
});
