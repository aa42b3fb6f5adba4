import { checkParameters } from "../engine/parameters.js";
import { SpecError } from "../errors.js";
import { checkKeys } from "../model/check.js";
import { exported } from "../model/exported.js";
import { checkNetwork } from "../network/check-network.js";
import { type Network, networkOf } from "../network/network.js";
import { checkNetworkOptions, type NetworkOptions } from "../network/options.js";
import { type ArticleParameters, type ArticleValues, articleOptions, layerDims } from "./parameters.js";

/** Options of fromArticle: those of the Network constructor that the article's parameters do not determine. */
export type FromArticleOptions = Omit<NetworkOptions, "inputs" | "layers" | "loss">;

const KEYS: readonly (keyof FromArticleOptions)[] = ["optimizer", "seed", "inputScale", "math"];

/**
 * Makes a Network that predicts as the article's forward_prop with the same parameters: sigmoid layers and
 * binaryCrossentropy.
 *
 * Network has samples x features, so transpose X and Y. Its loss is a mean over outputs where the article has a sum:
 * multiply the article's learning rate by the number of outputs.
 * @param params { W1, b1, W2, b2, ... } as init_params, update_parameters and train return them.
 * @param options optimizer (default "adam"), seed, inputScale, math, as in the constructor of Network.
 * @throws SpecError if a name is missing or an option is unknown, ShapeError or DataError for a matrix that does not fit.
 */
export const fromArticle = /* @__PURE__ */ exported(
  "fromArticle(params, options)",
  (params: ArticleValues, options: FromArticleOptions = {}): Network => {
    checkKeys(options, KEYS, "fromArticle");
    const settings = checkNetworkOptions({ ...options, ...articleOptions(layerDims(params)) });
    return networkOf(settings, checkParameters(settings.spec, params, "fromArticle", true));
  },
);

/**
 * Copies the parameters of a network into the article's form.
 * @returns { W1, b1, W2, b2, ... }, W of units x inputs and b of units x 1, each an array of rows.
 * @throws SpecError for a layer that is not dense with sigmoid and biases, which forward_prop cannot compute; StateError
 * for a network that was disposed of.
 */
export const toArticle = /* @__PURE__ */ exported(
  "toArticle(network)",
  (network: Network): ArticleParameters => {
    const parameters = checkNetwork(network, "toArticle").getParams();
    const result: ArticleParameters = {};
    network.spec.layers.forEach((layer, i) => {
      if (layer.type !== "dense" || layer.activation !== "sigmoid" || !layer.bias) {
        const found = layer.type !== "dense" ? layer.type : !layer.bias ? "without biases" : layer.activation;
        throw new SpecError(
          `Layer ${i + 1} is ${found}, but the article only has sigmoid layers with biases: use getParams, or a network of such layers.`,
        );
      }
      for (const name of [`W${i + 1}`, `b${i + 1}`] as const) {
        const width = parameters[name].length / layer.units;
        result[name] = Array.from({ length: layer.units }, (_, unit) =>
          parameters[name].slice(unit * width, (unit + 1) * width),
        );
      }
    });
    return result;
  },
);
