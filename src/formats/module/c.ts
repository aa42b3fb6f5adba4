import { literal, type Step, type Steps, wrap } from "./steps.js";

/** A float literal needs a point or an exponent before its f. */
const floatLiteral = (value: number): string => {
  const text = literal(value);
  return /[.e]/.test(text) ? `${text}f` : `${text}.0f`;
};

/** An activation of one value, in double. */
const elementwise = (name: string, formula: string): string => `static void ${name}(float *z, int n)
{
    for (int j = 0; j < n; j++) {
        const double v = (double)z[j];
        z[j] = (float)(${formula});
    }
}`;

/** Sums are rounded at every step and begin from the bias, as the core's do. */
const SOURCES: Record<Step["call"], string> = {
  dense: `static void dense(const float *x, float *z, int inputs, int units, const float *w, const float *bias)
{
    for (int j = 0; j < units; j++) {
        float sum = bias ? bias[j] : 0.0f;
        for (int k = 0; k < inputs; k++) {
            const float product = *w++ * x[k];
            sum += product;
        }
        z[j] = sum;
    }
}`,
  batchNorm: `static void batchNorm(float *x, int n, const float *p, double epsilon)
{
    for (int j = 0; j < n; j++) {
        const double centered = (double)x[j] - (double)p[2 * n + j];
        x[j] = (float)((double)p[j] * centered / sqrt((double)p[3 * n + j] + epsilon) + (double)p[n + j]);
    }
}`,
  layerNorm: `static void layerNorm(float *x, int n, const float *p, double epsilon)
{
    double mean = 0.0, variance = 0.0;
    for (int j = 0; j < n; j++) mean += (double)x[j] / n;
    for (int j = 0; j < n; j++) variance += ((double)x[j] - mean) * ((double)x[j] - mean) / n;
    for (int j = 0; j < n; j++) {
        x[j] = (float)((double)p[j] * ((double)x[j] - mean) / sqrt(variance + epsilon) + (double)p[n + j]);
    }
}`,
  softmax: `static void softmax(float *z, int n)
{
    double top = (double)z[0], sum = 0.0;
    for (int j = 1; j < n; j++) top = fmax(top, (double)z[j]);
    for (int j = 0; j < n; j++) sum += exp((double)z[j] - top);
    for (int j = 0; j < n; j++) z[j] = (float)(exp((double)z[j] - top) / sum);
}`,
  sigmoid: elementwise("sigmoid", "1.0 / (1.0 + exp(-v))"),
  hardSigmoid: elementwise("hardSigmoid", "fmin(fmax(v + 3.0, 0.0), 6.0) / 6.0"),
  tanh: elementwise("hyperbolic", "tanh(v)"),
  relu: elementwise("relu", "fmax(v, 0.0)"),
  leakyRelu: elementwise("leakyRelu", "v > 0.0 ? v : 0.01 * v"),
  elu: elementwise("elu", "v > 0.0 ? v : expm1(v)"),
  selu: elementwise("selu", "1.0507009873554805 * (v > 0.0 ? v : 1.6732632423543772 * expm1(v))"),
  gelu: elementwise("gelu", "0.5 * v * (1.0 + erf(v * 0.70710678118654752))"),
  silu: elementwise("silu", "v / (1.0 + exp(-v))"),
  softplus: elementwise("softplus", "fmax(v, 0.0) + log1p(exp(-fabs(v)))"),
  softsign: elementwise("softsign", "v / (1.0 + fabs(v))"),
  mish: elementwise("mish", "v * tanh(fmax(v, 0.0) + log1p(exp(-fabs(v))))"),
};

/** The values are in `a`; a product writes to `b`, and both change places. */
function callOf(step: Step, [a, b]: readonly [string, string]): string {
  switch (step.call) {
    case "dense": {
      const { at, inputs, units, bias } = step;
      const start = bias ? `parameters + ${at + inputs * units}` : "0";
      return `dense(${a}, ${b}, ${inputs}, ${units}, parameters + ${at}, ${start});`;
    }
    case "batchNorm":
    case "layerNorm":
      return `${step.call}(${a}, ${step.width}, parameters + ${step.at}, ${step.epsilon});`;
    case "tanh":
      return `hyperbolic(${a}, ${step.width});`;
    default:
      return `${step.call}(${a}, ${step.width});`;
  }
}

/** The network as C99 with nothing but math.h. */
export function writeC(network: Steps): string {
  const { inputs, outputs, width, inputScale, parameters, steps, title } = network;
  const functions = [...new Set(steps.map(({ call }) => SOURCES[call]))].join("\n\n");
  let rooms: readonly [string, string] = ["a", "b"];
  const calls = steps.map((step) => {
    const call = callOf(step, rooms);
    if (step.call === "dense") rooms = [rooms[1], rooms[0]];
    return `    ${call}\n`;
  });
  const hasProducts = steps.some(({ call }) => call === "dense");
  const table =
    parameters.length > 0
      ? `static const float parameters[${parameters.length}] = {\n${wrap(Array.from(parameters, floatLiteral), ",")}\n};\n\n`
      : "";
  return `/* ${title}, written by densely. C99; link with -lm. */

#include <math.h>

/* ${inputs} inputs to ${outputs} outputs; bytes are to be multiplied by ${inputScale} before. */
void predict(const float *inputs, float *outputs);

${table}${functions}${functions && "\n\n"}void predict(const float *inputs, float *outputs)
{
    float a[${width}]${hasProducts ? `, b[${width}]` : ""};
    for (int i = 0; i < ${inputs}; i++) a[i] = inputs[i];
${calls.join("")}    for (int i = 0; i < ${outputs}; i++) outputs[i] = ${rooms[0]}[i];
}
`;
}
