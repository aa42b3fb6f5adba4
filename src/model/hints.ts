/** Names that other libraries have for options, layers and losses. Messages about unknown names look here. */

/** A name without case, spaces, underscores and a last word "loss" or "score": batch_size is batchsize, and MSELoss is mse. */
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[\s_-]/g, "")
    .replace(/(.)(loss|score)$/, "$1");

/** Names, and after each what other libraries call it, in plain form. Of several lines with a word, the first possible one counts. */
export const CALLED = `
rho: alpha decay
learningRate: lr eta rate stepsize learningrateinit
l2: alpha kernelregularizer regularizer regularization
learningRate: alpha
beta1: betas
epsilon: eps
weightDecay: decay
clipNorm: globalclipnorm gradientclip maxgradnorm
onEpoch: callbacks callback verbose log logperiod onepochend onprogress
onEpochBegin: onepochstart
onBatch: onbatchend
onBatchBegin: onbatchstart
onTrainBegin: ontrainstart
epochs: iterations maxiter niter nepochs numepochs
batchSize: minibatch
validationData: evalset
validationSplit: validationfraction
sampleWeight: weights weight
resume: warmstart
signal: abortsignal
minDelta: tol delta
earlyStopping: errorthresh tol timeout
patience: rounds niternochange earlystoppingrounds
metrics: metric
monitor: metric
mode: direction
restoreBest: restorebestweights
inputs: inputshape inputsize inputdim infeatures batchinputshape features input
layers: hiddenlayers hiddenlayersizes hidden outputsize outfeatures outputs
optimizer: solver
loss: criterion lossfn lossfunction
seed: randomstate randomseed
bias: usebias
biasInit: biasinitializer
init: kernelinitializer weightinit initializer
maxNorm: kernelconstraint
trainable: frozen freeze requiresgrad
variance: biased unbiased
format: type
glorotUniform: xavier xavieruniform
glorotNormal: xaviernormal
heUniform: kaiming kaiminguniform he
heNormal: kaimingnormal
normal: randomnormal gaussian
uniform: randomuniform
identity: eye
constant: ones
logLoss: crossentropy
crossentropy: log ce
categoricalCrossentropy: nll softmaxcrossentropy
binaryCrossentropy: bce bcewithlogits sigmoidcrossentropy
meanSquaredError: mse squarederror
meanAbsoluteError: mae l1
huber: smoothl1
klDivergence: kl kldiv
quantile: pinball
focal: binaryfocalcrossentropy
cosineSimilarity: cosineproximity
accuracy: binaryaccuracy categoricalaccuracy sparsecategoricalaccuracy
topKAccuracy: topkcategoricalaccuracy
recall: sensitivity
r2: rsquared
auc: rocauc
confusionMatrix: confusion
leakyRelu: lrelu
hardSwish: hardsilu
sgd: momentum gd nesterov gradientdescent
batchNorm: batchnormalization batchnorm1d
layerNorm: layernormalization
dense: linear fullyconnected fc
activation: relu leakyrelu elu tanh sigmoid softmax
gaussianNoise: noise
`;

/** Names, and after them where they belong, with % for the name. */
export const PLACES = `
learningRate: it belongs to the optimizer, as in adam({ %: 0.01 }), or to network.%
weightDecay clipNorm clipValue: it belongs to the optimizer, as in adamw({ %: 0.01 })
momentum nesterov: it belongs to the optimizer sgd
amsgrad: it belongs to adam, as in adam({ %: true })
l2: it belongs to a layer, as in dense(8, "relu", { %: 1e-4 })
init trainable: it belongs to a layer, as in dense(8, "relu", { % })
seed optimizer loss inputScale: it belongs to new Network({ % })
epochs batchSize validationData metrics classWeight worker earlyStopping onEpoch: it belongs to fit(x, y, { % })
patience monitor restoreBest minDelta: it belongs to fit(x, y, { earlyStopping: { % } })
activation: it is the second argument of a layer, as in dense(8, "relu")
units: it is the first argument of a layer, as in dense(8, "relu")
prelu: it is a layer, prelu(), behind this one
dropout: it is a layer, dropout(0.1), behind this one
inputs: the inputs belong to new Network({ inputs, layers })
layers: layers belong to new Network({ inputs, layers })
confusionMatrix: evaluate(x, y, { metrics: ["%"] }) measures it
crossentropy: use "categoricalCrossentropy" for one choice of classes or "binaryCrossentropy" for yes or no
`;

/** The lines of a table, each in two parts. */
const linesOf = (table: string): string[][] => table.split("\n").map((line) => line.split(/: (.*)/));

/** The names here that a word in plain form stands for. */
function meantBy(word: string): string[] {
  const lines = linesOf(CALLED).filter(([, others]) => others?.split(" ").includes(word));
  return lines.map(([name]) => name);
}

/** The place where a name belongs; undefined if it has none. @param key its plain form. */
function placeOf(key: string): string | undefined {
  for (const [names, place] of linesOf(PLACES)) {
    const found = names.split(" ").find((name) => plain(name) === key);
    if (found) return place.replaceAll("%", found);
  }
  return undefined;
}

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

/** The name that an unknown one begins, or the nearest one if it is near: in short names, one with the same first letter. */
function similar(unknown: string, names: readonly string[]): string | undefined {
  const begun =
    unknown.length > 2 && names.find((name) => name.toLowerCase().startsWith(unknown.toLowerCase()));
  if (begun) return begun;
  const edits = names.map((name) => editDistance(unknown.toLowerCase(), name.toLowerCase()));
  const fewest = Math.min(...edits);
  const nearest = names[edits.indexOf(fewest)];
  const most = nearest?.[0].toLowerCase() === unknown[0]?.toLowerCase() ? 2 : 1;
  return fewest <= Math.max(most, nearest?.length / 3) ? nearest : undefined;
}

/** A hint at the name that an unknown one stands for or resembles, or at the place where it belongs; undefined if there is none. */
export function hintFor(unknown: string, names: readonly string[]): string | undefined {
  const key = plain(unknown);
  const meant = meantBy(key);
  const known = names.find((name) => plain(name) === key) ?? meant.find((name) => names.includes(name));
  const place = [key, ...meant.map(plain)].map(placeOf).find(Boolean);
  if (!known && place) return place;
  const name = known ?? similar(unknown, names);
  return name && `did you mean "${name}"?`;
}
