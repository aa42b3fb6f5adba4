import { kindOf } from "../model/layers.js";
import { optimizerKindOf } from "../model/optimizers.js";
import { isFused, type NetworkSpec, widthsOf } from "../model/spec.js";
import { numbersOf } from "../model/tensors.js";
import type { LayerSpec } from "./layers/index.js";
import type { LayerPlan } from "./layers/layer.js";
import type { Matrix } from "./matrix.js";
import type { Store } from "./parameters.js";
import type { Placement } from "./placement.js";
import type { Request } from "./request.js";

/** Larger batches pass through the cache in blocks, which the fused update cannot do. */
const LARGEST_FUSED_BATCH = 512;

/** True if a layer updates its parameters in its backward pass, so that their gradients are never stored. */
function descends({ optimizer }: NetworkSpec, layer: LayerSpec, { purpose, batch }: Request): boolean {
  return (
    purpose === "train" &&
    batch <= LARGEST_FUSED_BATCH &&
    optimizerKindOf(optimizer).isPlainDescent?.(optimizer) === true &&
    kindOf(layer).canDescend(layer)
  );
}

/** Index of the first layer that needs the gradient of its output. */
function firstDifferentiated({ layers }: NetworkSpec, { purpose }: Request): number {
  if (purpose === "gradients") return 0;
  const first = purpose === "train" ? layers.findIndex((layer) => kindOf(layer).isTrained(layer)) : -1;
  return first < 0 ? layers.length : first;
}

/** Places what each layer reads and writes in a step, from the batch of inputs `A0` on. */
export function placeLayers(
  memory: Placement,
  spec: NetworkSpec,
  store: Store,
  request: Request,
  A0: Matrix,
): LayerPlan<LayerSpec>[] {
  const { purpose, batch, counts, training } = request;
  const widths = widthsOf(spec);
  const numbers = numbersOf(spec);
  const first = firstDifferentiated(spec, request);
  const readsOutputs = purpose === "predict" || Boolean(counts.outputs || counts.deviations);
  let input = A0;
  // The gradient of `input`, if anything needs it.
  let dInput = purpose === "gradients" ? memory.batch("dA0", widths[0], batch) : undefined;
  // True as long as zeros of the inputs are zeros of `input`.
  let keepsZeros = true;
  return spec.layers.map((layer, index) => {
    const kind = kindOf(layer);
    const width = widths[index + 1];
    const number = numbers[index];
    const name = `${kind.letter}${number}`;
    const needs = kind.memoryOf(layer, widths[index], batch, training);
    const Z = needs.ownsZ ? memory.batch(needs.ownsOutput ? `Z${number}` : name, width, batch) : input;
    const output = needs.ownsOutput ? memory.batch(name, width, batch) : Z;
    const saved = memory.table({ name: "saved", entries: needs.savedBytes, type: "uint8" });
    let d = dInput;
    if (index >= first) {
      const dName = `d${output.name}`;
      d = dInput && !needs.ownsGradient ? { ...dInput, name: dName } : memory.batch(dName, width, batch);
    }
    const isLast = index === spec.layers.length - 1;
    const fused = isLast && isFused(spec);
    const planned: LayerPlan<LayerSpec> = {
      spec: layer,
      index,
      number,
      input,
      Z,
      output,
      saved,
      d,
      dInput,
      parameters: { ...store.parameters.layers[index], ...store.buffers.layers[index] },
      gradients: {},
      isFused: fused,
      skipsActivation: fused && !readsOutputs,
      skipsZeros: request.skipsZeros && keepsZeros,
      descends: descends(spec, layer, request),
    };
    keepsZeros &&= output === input || kind.keepsZeros;
    input = output;
    dInput = d;
    return planned;
  });
}
