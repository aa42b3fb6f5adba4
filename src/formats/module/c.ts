import type { ActivationStep, FeatureStep, Field, Step } from "../../formulas/steps.js";
import { type FunctionName, type Language, printStep } from "./print.js";
import { literal, type PlacedStep, type PlacedSteps, wrap } from "./steps.js";

/** A literal of a float needs a point or an exponent before its f, and one of a double needs either. */
const withPoint = (text: string): string => (/[.e]/.test(text) ? text : `${text}.0`);

const FUNCTIONS: Readonly<Record<FunctionName, string>> = {
  min: "fmin",
  max: "fmax",
  abs: "fabs",
  sqrt: "sqrt",
  exp: "exp",
  expm1: "expm1",
  log1p: "log1p",
  tanh: "tanh",
  erf: "erf",
};

const C: Language = {
  literal: (value) => withPoint(String(value)),
  call: (name, operands) => `${FUNCTIONS[name]}(${operands.join(", ")})`,
};

/** The function of a step. Names of formulas have a prefix, because some of them are functions of math.h. */
function nameOf(step: Step): string {
  return step.kind === "activation" || step.kind === "feature" ? `apply_${step.name}` : step.kind;
}

/** A formula for each value of a row, computed in double. */
function elementwise(step: ActivationStep | FeatureStep): string {
  const parameters =
    step.kind === "activation"
      ? []
      : [
          ...step.fields.map((field) => `const float *${field}`),
          ...Object.keys(step.options).map((option) => `double ${option}`),
        ];
  const formula = printStep(step, C, "v", (field) => `(double)${field}[j]`);
  return `static void ${nameOf(step)}(${["float *x", "int n", ...parameters].join(", ")})
{
    for (int j = 0; j < n; j++) {
        const double v = (double)x[j];
        x[j] = (float)(${formula});
    }
}`;
}

/** Sums are rounded at every step and begin from the bias, as in the core. */
const DENSE = `static void dense(const float *x, float *z, int inputs, int units, const float *weight, const float *bias)
{
    for (int j = 0; j < units; j++) {
        float sum = bias ? bias[j] : 0.0f;
        for (int k = 0; k < inputs; k++) {
            const float product = *weight++ * x[k];
            sum += product;
        }
        z[j] = sum;
    }
}`;

const SOFTMAX = `static void softmax(float *z, int n)
{
    double top = (double)z[0], sum = 0.0;
    for (int j = 1; j < n; j++) top = fmax(top, (double)z[j]);
    for (int j = 0; j < n; j++) sum += exp((double)z[j] - top);
    for (int j = 0; j < n; j++) z[j] = (float)(exp((double)z[j] - top) / sum);
}`;

const LAYER_NORM = `static void layerNorm(float *x, int n, const float *weight, const float *bias, double epsilon)
{
    double mean = 0.0, variance = 0.0;
    for (int j = 0; j < n; j++) mean += (double)x[j] / n;
    for (int j = 0; j < n; j++) variance += ((double)x[j] - mean) * ((double)x[j] - mean) / n;
    for (int j = 0; j < n; j++) {
        x[j] = (float)((double)weight[j] * ((double)x[j] - mean) / sqrt(variance + epsilon) + (double)bias[j]);
    }
}`;

function sourceOf(step: Step): string {
  switch (step.kind) {
    case "dense":
      return DENSE;
    case "softmax":
      return SOFTMAX;
    case "layerNorm":
      return LAYER_NORM;
    case "activation":
    case "feature":
      return elementwise(step);
  }
}

/** The call of a step's function. The values are in row `a`; a product writes to row `b`. */
function callOf({ step, inputs, outputs, at }: PlacedStep, [a, b]: readonly [string, string]): string {
  const pointer = (field: Field) => (at[field] < 0 ? "0" : `parameters + ${at[field]}`);
  const call = (...operands: (string | number)[]) => `${nameOf(step)}(${operands.join(", ")});`;
  switch (step.kind) {
    case "dense":
      return call(a, b, inputs, outputs, pointer("weight"), pointer("bias"));
    case "layerNorm":
      return call(a, outputs, pointer("weight"), pointer("bias"), step.epsilon);
    case "feature":
      return call(a, outputs, ...step.fields.map(pointer), ...Object.values(step.options));
    case "activation":
    case "softmax":
      return call(a, outputs);
  }
}

/** Writes a network as C99 that needs only math.h. */
export function writeC(network: PlacedSteps): string {
  const { inputs, outputs, width, inputScale, parameters, steps, title } = network;
  const functions = [...new Set(steps.map(({ step }) => sourceOf(step)))].join("\n\n");
  let rows: readonly [string, string] = ["a", "b"];
  const calls = steps.map((placed) => {
    const call = callOf(placed, rows);
    if (placed.step.kind === "dense") rows = [rows[1], rows[0]];
    return `    ${call}\n`;
  });
  const hasProducts = steps.some(({ step }) => step.kind === "dense");
  const literals = Array.from(parameters, (value) => `${withPoint(literal(value))}f`);
  const table =
    parameters.length > 0
      ? `static const float parameters[${parameters.length}] = {\n${wrap(literals, ",")}\n};\n\n`
      : "";
  return `/* ${title}, written by densely. C99; link with -lm. */

#include <math.h>

/* ${inputs} inputs to ${outputs} outputs; multiply bytes by ${inputScale} first. */
void predict(const float *inputs, float *outputs);

${table}${functions}${functions && "\n\n"}void predict(const float *inputs, float *outputs)
{
    float a[${width}]${hasProducts ? `, b[${width}]` : ""};
    for (int i = 0; i < ${inputs}; i++) a[i] = inputs[i];
${calls.join("")}    for (int i = 0; i < ${outputs}; i++) outputs[i] = ${rows[0]}[i];
}
`;
}
