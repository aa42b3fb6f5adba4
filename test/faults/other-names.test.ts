/** Names that other libraries have for the same thing, and short ones. */

import { describe, expect, test } from "vitest";
import { adam, DenselyError, dense, dropout, Network, rmsprop, sgd } from "../../src/index.js";
import { type Parts, wrong } from "../helpers.js";
import { errorOf } from "./tools.js";

const x = [
  [1, 2],
  [3, 4],
  [5, 6],
  [1, 0],
];
const y = [0, 1, 1, 0];
const network = () => new Network([2, 2]);
const any = (value: unknown) => wrong<never>(value);
const withOptions = (options: object) => new Network(any({ inputs: 2, layers: [dense(2)], ...options }));

describe("Short names and those of other libraries", () => {
  const losses: Record<string, string> = {
    mse: "meanSquaredError",
    MSE: "meanSquaredError",
    mean_squared_error: "meanSquaredError",
    mae: "meanAbsoluteError",
    mean_absolute_error: "meanAbsoluteError",
    bce: "binaryCrossentropy",
    binary_crossentropy: "binaryCrossentropy",
    binaryCrossEntropy: "binaryCrossentropy",
    categorical_crossentropy: "categoricalCrossentropy",
    sparse_categorical_crossentropy: "categoricalCrossentropy",
    categoricalCrossEntropy: "categoricalCrossentropy",
    kld: "klDivergence",
    log_cosh: "logCosh",
  };
  const short = [
    "mse",
    "mae",
    "bce",
    "mean_squared_error",
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
  ];

  test.each(Object.entries(losses))("the loss %s is %s, or is said to be", async (name, wanted) => {
    const make = () => new Network({ inputs: 2, layers: [dense(2, "sigmoid")], loss: any(name) });
    if (short.includes(name)) expect(make().spec.loss.type).toBe(wanted);
    else {
      const error = await (async () => make())().then(
        ({ spec }) => spec.loss.type,
        ({ message }) => message,
      );
      expect(error).toMatch(wanted);
    }
  });

  test("metrics: acc, mae, rmse, mse", () => {
    const result = network().evaluate(x, y, { metrics: any(["acc", "mae", "rmse", "mse"]) });
    expect(Object.keys(result).sort()).toEqual([
      "accuracy",
      "loss",
      "meanAbsoluteError",
      "meanSquaredError",
      "rootMeanSquaredError",
    ]);
    const history = network().fitSync(x, y, {
      metrics: any(["acc"]),
      validationData: [x, y],
      earlyStopping: { monitor: any("val_acc") as string },
    });
    expect(history.accuracy).toHaveLength(1);
  });

  test("activations: logistic, identity, leaky_relu, hard_sigmoid, ReLU, Sigmoid", async () => {
    expect(dense(1, any("logistic")).activation).toBe("sigmoid");
    expect(dense(1, any("identity")).activation).toBe("linear");
    expect(dense(1, any("swish")).activation).toBe("silu");
    for (const [name, wanted] of [
      ["leaky_relu", "leakyRelu"],
      ["hard_sigmoid", "hardSigmoid"],
      ["ReLU", "relu"],
      ["Softmax", "softmax"],
      ["soft_plus", "softplus"],
      ["sig", "sigmoid"],
      ["leaky", "leakyRelu"],
    ]) {
      const said = await (async () => dense(1, any(name)))().then(
        ({ activation }) => activation,
        ({ message }) => message,
      );
      expect(said).toMatch(new RegExp(`^${wanted}$|"${wanted}"`));
    }
  });

  /** Names that people write, and the name that the answer must have. */
  const hints: [string, () => unknown, Parts][] = [
    ["lr", () => adam(any({ lr: 0.1 })), [/learningRate/]],
    ["learning_rate", () => adam(any({ learning_rate: 0.1 })), [/learningRate/]],
    ["alpha", () => sgd(any({ alpha: 0.1 })), [/learningRate/]],
    ["betas", () => adam(any({ betas: [0.9, 0.99] })), [/beta1/]],
    ["eps", () => adam(any({ eps: 1e-7 })), [/epsilon/]],
    ["weight_decay", () => adam(any({ weight_decay: 0.1 })), [/weightDecay/]],
    ["decay", () => sgd(any({ decay: 0.1 })), [/weightDecay|stepDecay|learningRate/]],
    ["callbacks", () => network().fitSync(x, y, any({ callbacks: [] })), [/onEpoch/]],
    ["verbose", () => network().fitSync(x, y, any({ verbose: 1 })), [/onEpoch/]],
    ["onEpochEnd", () => network().fitSync(x, y, any({ onEpochEnd() {} })), [/onEpoch\b/]],
    ["onBatchEnd", () => network().fitSync(x, y, any({ onBatchEnd() {} })), [/onBatch\b/]],
    ["iterations", () => network().fitSync(x, y, any({ iterations: 20000 })), [/epochs/]],
    ["max_iter", () => network().fitSync(x, y, any({ max_iter: 200 })), [/epochs/]],
    ["errorThresh", () => network().fitSync(x, y, any({ errorThresh: 0.005 })), [/earlyStopping|onEpoch/]],
    ["log", () => network().fitSync(x, y, any({ log: true })), [/onEpoch/]],
    [
      "learningRate of fit",
      () => network().fitSync(x, y, any({ learningRate: 0.3 })),
      [/optimizer|network\.learningRate/],
    ],
    ["batch_size", () => network().fitSync(x, y, any({ batch_size: 2 })), [/batchSize/]],
    ["validation_split", () => network().fitSync(x, y, any({ validation_split: 0.1 })), [/validationSplit/]],
    ["class_weight", () => network().fitSync(x, y, any({ class_weight: {} })), [/classWeight/]],
    ["seed of fit", () => network().fitSync(x, y, any({ seed: 3 })), [/new Network|seed/]],
    [
      "optimizer of fit",
      () => network().fitSync(x, y, any({ optimizer: "adam" })),
      [/new Network|optimizer/],
    ],
    ["inputShape", () => new Network(any({ inputShape: [2], layers: [dense(1)] })), [/inputs/]],
    ["input_shape of dense", () => dense(2, "relu", any({ input_shape: [2] })), [/inputs/]],
    ["inputShape of dense", () => dense(2, "relu", any({ inputShape: [2] })), [/inputs/]],
    ["inputSize", () => new Network(any({ inputSize: 2, layers: [dense(1)] })), [/inputs/]],
    ["hiddenLayers", () => new Network(any({ inputs: 2, hiddenLayers: [3] })), [/layers/]],
    ["outputSize", () => new Network(any({ inputs: 2, layers: [dense(1)], outputSize: 1 })), [/layers/]],
    [
      "activation of Network",
      () => new Network(any({ inputs: 2, layers: [dense(1)], activation: "relu" })),
      [/dense\(/],
    ],
    [
      "learningRate of Network",
      () => new Network(any({ inputs: 2, layers: [dense(1)], learningRate: 0.1 })),
      [/optimizer/],
    ],
    ["numbers as layers", () => new Network(any({ inputs: 2, layers: [3, 1] })), [/dense\(3/]],
    ["use_bias", () => dense(2, "relu", any({ use_bias: false })), [/bias/]],
    ["useBias", () => dense(2, "relu", any({ useBias: false })), [/bias/]],
    ["kernelInitializer", () => dense(2, "relu", any({ kernelInitializer: "heNormal" })), [/init/]],
    ["kernelRegularizer", () => dense(2, "relu", any({ kernelRegularizer: "l2" })), [/l2/]],
    ["dropout of dense", () => dense(2, "relu", any({ dropout: 0.1 })), [/dropout\(/]],
    ["he_normal", () => dense(2, "relu", { init: any("he_normal") }), [/heNormal/]],
    ["xavier", () => dense(2, "relu", { init: any("xavier") }), [/glorot/]],
    ["kaiming", () => dense(2, "relu", { init: any("kaiming") }), [/he(Uniform|Normal)/]],
    [
      "crossentropy",
      () => new Network({ inputs: 2, layers: [dense(2)], loss: any("crossentropy") }),
      [/categoricalCrossentropy/, /binaryCrossentropy/],
    ],
    [
      "nll",
      () => new Network({ inputs: 2, layers: [dense(2)], loss: any("nll") }),
      [/categoricalCrossentropy/],
    ],
    [
      "momentum as an optimizer",
      () => new Network({ inputs: 2, layers: [dense(2)], optimizer: any("momentum") }),
      [/sgd/],
    ],
    ["Adam", () => new Network({ inputs: 2, layers: [dense(2)], optimizer: any("Adam") }), [/"adam"/]],
    ["l2 as an optimizer's option", () => adam(any({ l2: 0.1 })), [/weightDecay|dense/]],
    [
      "restore_best_weights",
      () => network().fitSync(x, y, { earlyStopping: any({ restore_best_weights: true }) }),
      [/restoreBest/],
    ],
    ["min_delta", () => network().fitSync(x, y, { earlyStopping: any({ min_delta: 1 }) }), [/minDelta/]],
    ["earlyStopping: true", () => network().fitSync(x, y, { earlyStopping: any(true) }), [/patience/]],
    [
      "batchNormalization",
      () => new Network({ inputs: 1, layers: [any({ type: "batchNormalization" })] }),
      [/batchNorm/],
    ],
    ["Dense", () => new Network({ inputs: 1, layers: [any({ type: "Dense", units: 1 })] }), [/"dense"/]],
    [
      "a name as a layer",
      () => new Network({ inputs: 1, layers: [any("relu")] }),
      [/activation\("relu"\)|dense\(/],
    ],
    ["a function as a layer", () => new Network({ inputs: 1, layers: [any(dense)] }), [/dense\(/]],
    [
      "a function as the optimizer",
      () => new Network({ inputs: 1, layers: [dense(1)], optimizer: any(adam) }),
      [/adam\(\)/],
    ],
    ["alpha of rmsprop, as in PyTorch", () => rmsprop(any({ alpha: 0.9 })), [/"rho"/]],
    ["decay of rmsprop, as in TensorFlow.js", () => rmsprop(any({ decay: 0.9 })), [/"rho"/]],
    ["alpha of Network, as in scikit-learn", () => withOptions({ alpha: 1e-4 }), [/l2/]],
    ["solver", () => withOptions({ solver: "adam" }), [/"optimizer"/]],
    ["criterion", () => withOptions({ criterion: "mse" }), [/"loss"/]],
    ["learning_rate of Network", () => withOptions({ learning_rate: 0.1 }), [/adam\(\{ learningRate/]],
    ["epochs of Network", () => withOptions({ epochs: 5 }), [/fit\(x, y, \{ epochs \}\)/]],
    ["rmse as a loss", () => withOptions({ loss: "rmse" }), [/^Unknown loss "rmse"/]],
    ["logLoss as a loss", () => withOptions({ loss: "logLoss" }), [/binaryCrossentropy/]],
    ["CrossEntropyLoss", () => withOptions({ loss: "CrossEntropyLoss" }), [/"categoricalCrossentropy"/]],
    ["pinball", () => withOptions({ loss: "pinball" }), [/"quantile"/]],
    ["amsgrad as an optimizer", () => withOptions({ optimizer: "amsgrad" }), [/adam\(\{ amsgrad/]],
    ["PReLU", () => dense(1, any("PReLU")), [/prelu\(\)/]],
    ["ones", () => dense(1, "relu", { init: any("ones") }), [/"constant"/]],
    ["relu as a layer", () => withOptions({ layers: [{ type: "relu" }] }), [/"activation"/]],
    [
      "patience of fit",
      () => network().fitSync(x, y, any({ patience: 3 })),
      [/earlyStopping: \{ patience \}/],
    ],
    [
      "tol of earlyStopping",
      () => network().fitSync(x, y, { earlyStopping: any({ tol: 1, monitor: "loss" }) }),
      [/"minDelta"/],
    ],
    ["batchSize of evaluate", () => network().evaluate(x, y, any({ batchSize: 2 })), [/fit\(x, y/]],
    ["sensitivity", () => network().evaluate(x, y, { metrics: any(["sensitivity"]) }), [/"recall"/]],
    ["roc_auc", () => network().evaluate(x, y, { metrics: any(["roc_auc"]) }), [/"auc"/]],
    [
      "confusionMatrix of fit",
      () => network().fitSync(x, y, { metrics: any(["confusionMatrix"]) }),
      [/evaluate\(/],
    ],
    ["a called activation", () => dense(1, any(Math.tanh)), [/name|"tanh"/]],
    ["percent of dropout", () => dropout(50), [/50/, /0 to below 1|share/]],
    ["no layers", () => new Network({ inputs: 1, layers: [] }), [/dense\(/]],
    [
      "units of the last layer",
      () => new Network([2, 3]).fitSync(x, [0, 1, 2, 3]),
      [/dense\(4|4 units|0 to 2/],
    ],
    ["one softmax", () => new Network({ inputs: 1, layers: [dense(1, "softmax")] }), [/sigmoid/]],
  ];
  test.each(hints)("%s is answered", async (_, call, parts) => {
    const { name, message } = await errorOf(call);
    expect(name).toMatch(/^(Spec|Data|Shape)Error$/);
    for (const part of parts) expect(message).toMatch(part);
    expect(message.length).toBeLessThan(600);
  });

  const methods: [string, RegExp][] = [
    ["train", /fit/],
    ["run", /predict/],
    ["forward", /predict/],
    ["activate", /predict/],
    ["toFunction", /toModule/],
    ["trainAsync", /fit/],
    ["getWeights", /getParams/],
    ["setWeights", /setParams/],
    ["add", /layers/],
    ["predictProba", /predict/],
    ["score", /evaluate/],
  ];
  test.each(methods)(
    "network.%s() is answered by a sentence, or is no member at all",
    async (method, part) => {
      const made = network() as unknown as Record<string, unknown>;
      const member = made[method];
      // The first two are what people of other libraries write first.
      if (["train", "run"].includes(method)) expect(member).toBeTypeOf("function");
      if (member === undefined) return;
      const { message } = await errorOf(() => (member as () => unknown).call(made));
      expect(message).toMatch(part);
      expect(Object.keys(made)).not.toContain(method);
    },
  );

  test("no short name is taken for one that only looks like it", async () => {
    for (const call of [
      () => network().evaluate(x, y, { metrics: any(["mcc"]) }),
      () => withOptions({ optimizer: "muon" }),
      () => dense(1, "relu", any({ name: "first" })),
    ]) {
      expect((await errorOf(call)).message).not.toContain("did you mean");
    }
  });

  test("every error of a door is one of the named ones", () => {
    for (const [, call] of hints) expect(call).toThrow(DenselyError);
  });
});
