import type { Rules } from "./check.js";
import type { ActivationName, LinkName } from "./names.js";
import type { ValueRange } from "./value-range.js";

/** One loss. */
export interface LossKind<S> {
  options: Rules<Omit<S, "type">>;
  /** The values that targets may have. */
  targets: ValueRange;
  /** True if the outputs compete for one class: the loss is then averaged over samples only, not over outputs too. */
  isOverClasses: boolean;
  /** True if the loss is one of whole samples: it is then averaged over samples only too. Default false. */
  isOfSamples?: boolean;
  /** The activation that turns logits into what the loss compares. As the last layer's it is fused into the loss. */
  fusedWith?: ActivationName;
  /**
   * Only for losses that take logits: what makes them of Z where another activation ends the network, and of probabilities
   * where Z cannot be read. Outputs that are no probabilities are logits themselves.
   */
  links?: { readonly ofZ: Partial<Record<ActivationName, LinkName>>; readonly ofProbabilities: LinkName };
  /** An output that is no probability decides for its class above this. Only for losses that always classify. */
  threshold?: number;
  /** The option that the kernel takes as a number; 0 if there is none. */
  scalar?(spec: S): number;
  /**
   * The loss in float64 of output a and target y, before it is averaged. For binaryCrossentropy a is the logit, for
   * categoricalCrossentropy the logarithm of the probability. Of cosineSimilarity it is the share of one output, where a and y
   * are of samples of the length 1.
   */
  value(a: number, y: number, spec: S): number;
}
