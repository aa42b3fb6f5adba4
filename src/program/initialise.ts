import { Op } from "../../assembly/isa.js";
import { drawOf } from "../model/initializers.js";
import { type NetworkSpec, widthsOf } from "../model/spec.js";
import { brief, type Instruction } from "./instruction.js";
import type { Store } from "./parameters.js";

/** erf(√2), the share of a normal distribution within two standard deviations. */
const WITHIN_TWO = 0.9544997361036416;

/** What draws a matrix, by what it is drawn from. */
const DRAWING = { uniform: Op.uniform, normal: Op.normal, orthogonal: Op.orthogonal };

/** Bytes that making a network's weights takes: room for the largest matrix that is made orthogonal. */
export function initialScratch(spec: NetworkSpec): number {
  const widths = widthsOf(spec);
  const sizes = spec.layers.map((layer, i) =>
    layer.type === "dense" && layer.init.type === "orthogonal" ? (widths[i] + 4) * (widths[i + 1] + 4) : 0,
  );
  return 4 * Math.max(...sizes) + 64;
}

/** The initial weights of every dense layer; `scratch` is the address of free memory. */
export function initialise(spec: NetworkSpec, { parameters }: Store, scratch: number): Instruction[] {
  const widths = widthsOf(spec);
  return spec.layers.flatMap((layer, i): Instruction[] => {
    const { W } = parameters.layers[i];
    if (layer.type !== "dense" || !W) return [];
    const draw = drawOf(layer.init, widths[i], widths[i + 1]);
    if (draw.from === "constant") return [];
    const cut = draw.from === "normal" ? draw.cut : 0;
    return [
      {
        equation: `${W.name} = ${draw.from}(${brief(draw.size)})`,
        result: W,
        op: DRAWING[draw.from],
        f: i,
        rows: W.cols,
        cols: W.rows,
        c: W,
        e: scratch,
        p: [draw.size, spec.seed, cut, cut > 0 ? WITHIN_TWO : 1],
      },
    ];
  });
}
