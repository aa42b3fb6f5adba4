import { tabulateInputs } from "../data/dataset.js";
import type { Samples, Table } from "../data/table.js";
import { tabulate } from "../data/tabulate.js";
import type { Engine } from "../engine/engine.js";
import { ShapeError } from "../errors.js";
import { checkBoolean, checkKeys, checkName, plural } from "../model/check.js";
import type { CustomLossSpec } from "../model/custom-loss.js";
import { kindOf } from "../model/layers.js";
import { type NetworkSpec, outputsOf, predictingLayers } from "../model/spec.js";
import { FINITE } from "../model/value-range.js";
import type { LayerSpec } from "../program/layers/index.js";
import { type BackwardGradients, readGradients, withBatch } from "./gradients.js";

/** The numbers that gradients are given for: the outputs, or the logits before the last activation. */
export type GradientOf = "outputs" | "logits";

/** How to go backward. */
export interface BackwardOptions {
  /** True: layers act as in the next training step. Default false: as in predictions. */
  training?: boolean | undefined;
  /** "logits" for gradients by the numbers before the last activation. Default "outputs". */
  of?: GradientOf | undefined;
  /** Gradients that an earlier call returned: they are written and returned instead of new arrays. */
  out?: BackwardGradients | undefined;
}

const KINDS: readonly GradientOf[] = ["outputs", "logits"];

/** In the place of a loss whose gradient is given: no activation is fused into it. */
const GIVEN: CustomLossSpec = { type: "custom", name: "given", value: () => 0, gradient: () => {} };

/** @throws SpecError */
export function checkOf(of: GradientOf | undefined): GradientOf {
  return checkName(of ?? "outputs", KINDS, "of");
}

/**
 * The network up to the numbers that gradients are given for.
 * @param isFrozen true for gradients by the inputs alone.
 */
export function givenSpec(engine: Engine, of: GradientOf, isFrozen: boolean): NetworkSpec {
  return engine.variant(`given ${of} ${isFrozen}`, (spec) => {
    // Logits are the numbers before the last activation: what acts behind it in training alone is left out.
    const layers = (of === "logits" ? predictingLayers(spec) : spec.layers).map((layer) =>
      isFrozen && kindOf(layer).isTrained(layer) ? { ...layer, trainable: false } : layer,
    );
    const last = layers[layers.length - 1];
    if (of === "logits" && "activation" in last) {
      layers[layers.length - 1] = { ...last, activation: "linear" } as LayerSpec;
    }
    return { ...spec, layers, loss: GIVEN };
  });
}

/** Gradients by the outputs, one row for each row of x. @throws ShapeError, DataError */
function tabulateGradients(spec: NetworkSpec, given: Samples, rows: number): Table {
  const outputs = outputsOf(spec);
  const table = tabulate(
    given,
    outputs,
    "dOutputs",
    () => `the network has ${plural(outputs, "output")}`,
    FINITE,
  );
  if (table.rows === rows) return table;
  throw new ShapeError(
    `x has ${plural(rows, "row")} but dOutputs has ${table.rows}: give one row of dL/d(outputs) for each row of x.`,
  );
}

/** The gradients of all parameters and inputs for given dL/d(outputs), over all rows as one batch. Nothing is updated. */
export function backward(
  engine: Engine,
  x: Samples,
  dOutputs: Samples,
  options: BackwardOptions,
): BackwardGradients {
  const given = checkKeys<BackwardOptions>(options, ["training", "of", "out"], "backward");
  const training = checkBoolean(given.training ?? false, "training");
  const spec = givenSpec(engine, checkOf(given.of), false);
  const inputs = tabulateInputs(spec, x);
  const data = { x: inputs, y: tabulateGradients(spec, dOutputs, inputs.rows), targets: "gradient" as const };
  return withBatch(engine, data, { spec, purpose: "gradients", training }, (session) => {
    const { step } = engine.progress;
    if (training) session.rates.setScheduled(engine.spec, 0, 1, step);
    session.run(step, 0, 1);
    return readGradients(engine, session, inputs.rows, given.out);
  });
}
