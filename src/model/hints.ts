/** Names that other libraries have for options, layers and losses. Messages about unknown names look here. */

/** A name without case, spaces and underscores: batch_size and BatchSize are batchsize. */
const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, "");

/** Lists other names, in plain form, of one name. */
const called = (name: string, others: string): [string, string][] =>
  others.split(" ").map((other) => [other, name]);

/** Names by what other libraries call them. */
export const NAMES: ReadonlyMap<string, string> = new Map([
  ...called("learningRate", "lr alpha eta rate stepsize learningrateinit"),
  ...called("beta1", "betas"),
  ...called("epsilon", "eps"),
  ...called("weightDecay", "decay"),
  ...called("onEpoch", "callbacks callback verbose log logperiod onepochend"),
  ...called("onBatch", "onbatchend"),
  ...called("epochs", "iterations maxiter niter nepochs"),
  ...called("earlyStopping", "errorthresh tol timeout"),
  ...called("inputs", "inputshape inputsize inputdim infeatures batchinputshape"),
  ...called("layers", "hiddenlayers hiddenlayersizes outputsize outfeatures"),
  ...called("bias", "usebias"),
  ...called("init", "kernelinitializer weightinit"),
  ...called("l2", "kernelregularizer"),
  ...called("restoreBest", "restorebestweights"),
  ...called("seed", "randomstate"),
  ...called("format", "type"),
  ...called("glorotUniform", "xavier xavieruniform"),
  ...called("glorotNormal", "xaviernormal"),
  ...called("heUniform", "kaiming kaiminguniform he"),
  ...called("heNormal", "kaimingnormal"),
  ...called("categoricalCrossentropy", "nll nllloss softmaxcrossentropy"),
  ...called("sgd", "momentum gd"),
  ...called("batchNorm", "batchnormalization batchnorm1d"),
  ...called("layerNorm", "layernormalization"),
  ...called("dense", "linear fullyconnected fc"),
]);

/** Where names belong that were given in another place. */
export const PLACES: ReadonlyMap<string, string> = new Map([
  [
    "learningRate",
    "it belongs to the optimizer, as in adam({ learningRate: 0.01 }), or to network.learningRate",
  ],
  ["activation", 'it is the second argument of a layer, as in dense(8, "relu")'],
  ["units", 'it is the first argument of a layer, as in dense(8, "relu")'],
  ["l2", 'it belongs to a layer, as in dense(8, "relu", { l2: 1e-4 })'],
  ["prelu", "it is a layer, prelu(), behind this one"],
  ["dropout", "it is a layer, dropout(0.1), behind this one"],
  ["inputs", "the inputs belong to new Network({ inputs, layers })"],
  ["layers", "layers belong to new Network({ inputs, layers })"],
  ["seed", "it belongs to new Network({ seed })"],
  ["optimizer", "it belongs to new Network({ optimizer })"],
  ["loss", "it belongs to new Network({ loss })"],
  ["earlyStopping", "it belongs to fit(x, y, { earlyStopping })"],
  [
    "crossentropy",
    'use "categoricalCrossentropy" for one choice of classes or "binaryCrossentropy" for yes or no',
  ],
]);

/** The number of edits (insert, delete, replace) that turn a into b (Wagner and Fischer, 1974). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/** The name that an unknown one begins, or the nearest one if it is near. */
function similar(unknown: string, names: readonly string[]): string | undefined {
  const begun =
    unknown.length > 2 && names.find((name) => name.toLowerCase().startsWith(unknown.toLowerCase()));
  if (begun) return begun;
  const edits = names.map((name) => editDistance(unknown.toLowerCase(), name.toLowerCase()));
  const fewest = Math.min(...edits);
  const nearest = names[edits.indexOf(fewest)];
  return fewest <= Math.max(2, nearest?.length / 3) ? nearest : undefined;
}

/** A hint at the name that an unknown one stands for or resembles, or at the place where it belongs; undefined if there is none. */
export function hintFor(unknown: string, names: readonly string[]): string | undefined {
  const key = plain(unknown);
  const known = names.find((candidate) => plain(candidate) === key) ?? NAMES.get(key) ?? unknown;
  const place = names.includes(known) ? undefined : PLACES.get(known);
  const name = names.includes(known) ? known : similar(unknown, names);
  return place ?? (name && `did you mean "${name}"?`);
}
