import { Op, RANDOM_BYTES } from "../../assembly/isa.js";
import { drawOf } from "../model/initializers.js";
import { optimizerKindOf } from "../model/optimizers.js";
import type { NetworkSpec } from "../model/spec.js";
import { type TensorSpec, tensorsOf } from "../model/tensors.js";
import { brief, type Instruction } from "./instruction.js";
import type { ParameterMatrix } from "./matrix.js";
import { matricesOf, planParameters, type Store } from "./parameters.js";

/** erf(√2), the share of a normal distribution within two standard deviations. */
const WITHIN_TWO = 0.9544997361036416;

/** The instruction that draws a matrix from each distribution. */
const DRAWING = { uniform: Op.uniform, normal: Op.normal, orthogonal: Op.orthogonal };

/** The initial distribution of a parameter. */
const distributionOf = ({ init, shape: [units, inputs = 1] }: TensorSpec) => drawOf(init, inputs, units);

/** Bytes of scratch memory that initialInstructions needs: random words and the largest matrix that is made orthogonal. */
export function initialScratch(spec: NetworkSpec): number {
  const sizes = tensorsOf(spec).map((tensor) => {
    const [units, inputs = 1] = tensor.shape;
    return distributionOf(tensor).from === "orthogonal" ? (inputs + 4) * (units + 4) : 0;
  });
  return 4 * Math.max(0, ...sizes) + RANDOM_BYTES;
}

/** The matrix of a parameter or running statistic. */
function matrixOf({ parameters, buffers }: Store, { isStatistic, layer, role }: TensorSpec): ParameterMatrix {
  return (isStatistic ? buffers : parameters).layers[layer][role] as ParameterMatrix;
}

/**
 * Instructions that draw the random initial weights.
 * @param scratch address of free memory; see initialScratch.
 */
export function initialInstructions(spec: NetworkSpec, store: Store, scratch: number): Instruction[] {
  return tensorsOf(spec).flatMap((tensor): Instruction[] => {
    const draw = distributionOf(tensor);
    if (draw.from === "constant" || draw.from === "identity") return [];
    const W = matrixOf(store, tensor);
    const cut = draw.from === "normal" ? draw.cut : 0;
    const mean = "mean" in draw ? draw.mean : 0;
    return [
      {
        equation: `${W.name} = ${draw.from}(${brief(draw.size)})${mean ? ` + ${brief(mean)}` : ""}`,
        result: W,
        op: DRAWING[draw.from],
        f: tensor.layer,
        rows: W.cols,
        cols: W.rows,
        c: W,
        e: scratch,
        p: [draw.size, spec.seed, cut > 0 ? WITHIN_TWO : 1, mean],
      },
    ];
  });
}

/** A matrix that starts at one number. */
export interface InitialConstant {
  matrix: ParameterMatrix;
  value: number;
  /** True if only the numbers from input i to unit i start at it, and the others at 0. */
  isDiagonal?: boolean;
}

/** Parameters and statistics that start at one number: biases, those of normalizations, and identities. */
export function initialConstants(spec: NetworkSpec, store: Store): InitialConstant[] {
  return tensorsOf(spec).flatMap((tensor) => {
    const { from, size } = distributionOf(tensor);
    if (from !== "constant" && from !== "identity") return [];
    return [{ matrix: matrixOf(store, tensor), value: size, isDiagonal: from === "identity" }];
  });
}

/** The first optimizer state, if it does not start at 0. */
export function initialState(spec: NetworkSpec, { states }: Store): InitialConstant[] {
  const value = optimizerKindOf(spec.optimizer).firstState?.(spec.optimizer) ?? 0;
  if (value === 0) return [];
  return matricesOf(planParameters(spec, states[0].address)).map((matrix) => ({ matrix, value }));
}
