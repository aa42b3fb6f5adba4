/** Names that other libraries have for options, layers and losses. Messages about unknown names look here. */

/** A name without case, spaces and underscores: batch_size and BatchSize are batchsize. */
const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, "");

/** Lists other names, in plain form, of one name. */
const called = (name: string, others: string): [string, string][] =>
  others.split(" ").map((other) => [other, name]);

/**
 * Names by what other libraries call them, in plain form. A word that stands for several names, such as alpha, has several
 * lines: the first one whose name is possible counts.
 */
export const NAMES: readonly [other: string, name: string][] = [
  ...called("rho", "alpha decay"),
  ...called("learningRate", "lr eta rate stepsize learningrateinit"),
  ...called("learningRateDecay", "lrdecay"),
  ...called("l2", "alpha kernelregularizer regularizer regularization"),
  ...called("learningRate", "alpha"),
  ...called("beta1", "betas"),
  ...called("epsilon", "eps"),
  ...called("weightDecay", "decay"),
  ...called("clipNorm", "globalclipnorm gradientclip maxgradnorm"),
  ...called("onEpoch", "callbacks callback verbose log logperiod onepochend onprogress"),
  ...called("onEpochBegin", "onepochstart"),
  ...called("onBatch", "onbatchend onstep"),
  ...called("onBatchBegin", "onbatchstart"),
  ...called("onTrainBegin", "ontrainstart"),
  ...called("epochs", "iterations maxiter niter nepochs numepochs"),
  ...called("batchSize", "minibatch minibatchsize"),
  ...called("validationData", "evalset testdata"),
  ...called("validationSplit", "valsplit validationfraction"),
  ...called("sampleWeight", "weights weight"),
  ...called("resume", "warmstart"),
  ...called("signal", "abortsignal abort"),
  ...called("worker", "useworker"),
  ...called("minDelta", "tol delta"),
  ...called("earlyStopping", "errorthresh tol timeout"),
  ...called("patience", "rounds niternochange earlystoppingrounds"),
  ...called("metrics", "metric"),
  ...called("monitor", "metric"),
  ...called("mode", "direction"),
  ...called("restoreBest", "restorebestweights"),
  ...called("inputs", "inputshape inputsize inputdim infeatures batchinputshape features input inputlayer"),
  ...called(
    "layers",
    "hiddenlayers hiddenlayersizes hidden hiddenunits sizes outputsize outfeatures outputs",
  ),
  ...called("optimizer", "solver"),
  ...called("loss", "criterion lossfn lossfunction"),
  ...called("seed", "randomstate randomseed"),
  ...called("bias", "usebias"),
  ...called("biasInit", "biasinitializer"),
  ...called("init", "kernelinitializer weightinit initializer"),
  ...called("maxNorm", "kernelconstraint"),
  ...called("trainable", "frozen freeze requiresgrad"),
  ...called("variance", "biased unbiased"),
  ...called("format", "type"),
  ...called("glorotUniform", "xavier xavieruniform"),
  ...called("glorotNormal", "xaviernormal"),
  ...called("heUniform", "kaiming kaiminguniform he"),
  ...called("heNormal", "kaimingnormal"),
  ...called("normal", "randomnormal gaussian"),
  ...called("uniform", "randomuniform"),
  ...called("identity", "eye"),
  ...called("constant", "ones"),
  ...called("logLoss", "crossentropy"),
  ...called("crossentropy", "logloss ce"),
  ...called("categoricalCrossentropy", "nll nllloss crossentropyloss softmaxcrossentropy"),
  ...called("binaryCrossentropy", "bceloss bcewithlogitsloss sigmoidcrossentropy"),
  ...called("meanSquaredError", "mseloss squarederror"),
  ...called("meanAbsoluteError", "l1loss absolutedifference"),
  ...called("huber", "smoothl1 smoothl1loss"),
  ...called("klDivergence", "kl kldivloss"),
  ...called("quantile", "pinball pinballloss quantileloss"),
  ...called("focal", "focalloss binaryfocalcrossentropy sigmoidfocalloss"),
  ...called("cosineSimilarity", "cosineproximity"),
  ...called("accuracy", "binaryaccuracy categoricalaccuracy sparsecategoricalaccuracy"),
  ...called("topKAccuracy", "topkcategoricalaccuracy top5"),
  ...called("recall", "sensitivity tpr recallscore"),
  ...called("precision", "precisionscore ppv"),
  ...called("specificity", "tnr"),
  ...called("f1", "f1score"),
  ...called("r2", "r2score rsquared"),
  ...called("auc", "rocauc rocaucscore aucroc"),
  ...called("confusionMatrix", "confusion"),
  ...called("leakyRelu", "lrelu"),
  ...called("hardSwish", "hardsilu"),
  ...called("sgd", "momentum gd nesterov gradientdescent"),
  ...called("adamw", "adamweightdecay"),
  ...called("batchNorm", "batchnormalization batchnorm1d"),
  ...called("layerNorm", "layernormalization"),
  ...called("dense", "linear fullyconnected fc"),
  ...called("activation", "relu leakyrelu elu tanh sigmoid softmax"),
  ...called("gaussianNoise", "noise"),
];

/** Names that belong to one place. @param place a text with % for the name. */
const belonging = (names: string, place: string): [string, string][] =>
  names.split(" ").map((name) => [name, `it belongs to ${place.replace("%", name)}`]);

/** Where names belong that were given in another place. */
export const PLACES: readonly [name: string, hint: string][] = [
  ...belonging(
    "learningRate",
    "the optimizer, as in adam({ learningRate: 0.01 }), or to network.learningRate",
  ),
  ...belonging("weightDecay clipNorm clipValue", "the optimizer, as in adamw({ %: 0.01 })"),
  ...belonging("momentum nesterov", "the optimizer sgd"),
  ...belonging("amsgrad", "adam, as in adam({ amsgrad: true })"),
  ...belonging("l2", 'a layer, as in dense(8, "relu", { l2: 1e-4 })'),
  ...belonging("init trainable", 'a layer, as in dense(8, "relu", { % })'),
  ...belonging("seed optimizer loss inputScale", "new Network({ % })"),
  ...belonging(
    "epochs batchSize validationData metrics classWeight worker earlyStopping",
    "fit(x, y, { % })",
  ),
  ...belonging("patience monitor restoreBest minDelta", "fit(x, y, { earlyStopping: { % } })"),
  ["activation", 'it is the second argument of a layer, as in dense(8, "relu")'],
  ["units", 'it is the first argument of a layer, as in dense(8, "relu")'],
  ["prelu", "it is a layer, prelu(), behind this one"],
  ["dropout", "it is a layer, dropout(0.1), behind this one"],
  ["inputs", "the inputs belong to new Network({ inputs, layers })"],
  ["layers", "layers belong to new Network({ inputs, layers })"],
  ["confusionMatrix", 'evaluate(x, y, { metrics: ["confusionMatrix"] }) measures it'],
  [
    "crossentropy",
    'use "categoricalCrossentropy" for one choice of classes or "binaryCrossentropy" for yes or no',
  ],
];

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
  const meant = NAMES.filter(([other]) => other === key).map(([, name]) => name);
  const known = names.find((name) => plain(name) === key) ?? meant.find((name) => names.includes(name));
  const places = [key, ...meant].flatMap((name) =>
    PLACES.filter(([placed]) => plain(placed) === plain(name)),
  );
  if (!known && places.length > 0) return places[0][1];
  const name = known ?? similar(unknown, names);
  return name && `did you mean "${name}"?`;
}
