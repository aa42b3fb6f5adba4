/** Actions of the user's code in the middle of a call, which must be refused or harmless. */

import type { Network } from "../../src/index.js";
import { Mine } from "./odd.js";

/** A network, and data that its user still holds. */
export interface Stage {
  network: Network;
  x: number[][];
  y: number[][] | number[];
  many: Float32Array;
  controller: AbortController;
  /** Fits that were begun inside of others. */
  pending: Promise<unknown>[];
  /** True once something was done that may change parameters for good. */
  isTouched: boolean;
}

/** An action of the user's code at some point. */
export interface Act {
  name: string;
  /** True if it changes nothing of the network or its data, and is not to end the fit. */
  isQuiet: boolean;
  do: (stage: Stage) => unknown;
}

const quiet = (name: string, act: Act["do"]): Act => ({ name, isQuiet: true, do: act });
const loud = (name: string, act: Act["do"]): Act => ({ name, isQuiet: false, do: act });

/** Something else than the rest of a fit, which must be refused or harmless. */
export const ACTS: Act[] = [
  quiet("nothing", () => {}),
  quiet("true", () => true),
  quiet("a promise", async () => {}),
  quiet("predict", ({ network, x }) => void network.predict(x)),
  quiet("predict many", ({ network, many }) => void network.predict(many)),
  quiet("evaluate", ({ network, x, y }) => void network.evaluate(x, y)),
  quiet("gradients", ({ network, x, y }) => void network.gradients(x, y)),
  quiet("activations", ({ network, many }) => void network.activations(many, 0)),
  quiet("getParams", ({ network }) => void network.getParams()),
  quiet("summary", ({ network }) => void network.summary()),
  quiet("explain", ({ network }) => void network.explain({ batchSize: 999 })),
  loud("checkpoint", ({ network }) => void network.checkpoint()),
  loud("false", () => false),
  loud("a promise of false", async () => false),
  loud("throws", () => {
    throw new Mine("mine");
  }),
  loud("rejects", () => Promise.reject(new Mine("mine"))),
  loud("fitSync", ({ network, x, y }) => void network.fitSync(x, y)),
  loud(
    "fit",
    ({ network, x, y, pending }) =>
      void pending.push(network.fit(x, y, { epochs: 2 }).catch((error) => error)),
  ),
  loud("trainOnBatch", ({ network, x, y }) => void network.trainOnBatch(x, y)),
  loud("partialFit", ({ network, x, y }) => void network.partialFit(x, y)),
  loud("setParams", (stage) => {
    stage.isTouched = true;
    const [name, values] = Object.entries(stage.network.getParams())[0];
    stage.network.setParams({ [name]: values.map((value) => Math.abs(value) / 2) });
  }),
  loud("learningRate", (stage) => {
    stage.isTouched = true;
    stage.network.learningRate = 0.001;
  }),
  loud("dispose", ({ network }) => network.dispose()),
  loud("abort", ({ controller }) => controller.abort()),
  loud("x becomes NaN", ({ x }) => void x[1]?.fill?.(Number.NaN)),
  loud("x becomes text", ({ x }) => void (x as unknown[][])[1]?.fill?.("text")),
  loud("a row goes", ({ x }) => void x.pop()),
  loud("a row becomes shorter", ({ x }) => void x[0]?.pop?.()),
  loud("a row becomes null", ({ x }) => void (x as unknown[]).fill(null, 1, 2)),
  loud("y becomes NaN", ({ y }) => void (y as unknown[]).fill(Number.NaN, 0, 1)),
  loud("y loses a row", ({ y }) => void y.pop()),
];
