import type { ActivationName } from "../../model/names.js";
import { type Stage, stagesOf, type Trained } from "../trained.js";

/** What is done to a row of values, one after the other; `at` is where a layer's parameters begin. */
export type Step =
  | { call: "dense"; at: number; inputs: number; units: number; bias: boolean }
  | { call: "batchNorm" | "layerNorm"; at: number; width: number; epsilon: number }
  | { call: Exclude<ActivationName, "linear">; width: number };

/** A network as a list of steps over one flat array of parameters. */
export interface Steps {
  inputs: number;
  outputs: number;
  /** The widest row of values between the steps. */
  width: number;
  /** What the bytes of a Uint8Array are multiplied by. */
  inputScale: number;
  parameters: Float32Array;
  steps: Step[];
  /** For the first comment: widths and the number of parameters. */
  title: string;
}

function stepsOf({ layer, inputs, outputs: width }: Stage, at: number): Step[] {
  const activate = (name: ActivationName): Step[] => (name === "linear" ? [] : [{ call: name, width }]);
  switch (layer.type) {
    case "dense": {
      const bias = layer.bias !== false;
      return [{ call: "dense", at, inputs, units: width, bias }, ...activate(layer.activation)];
    }
    case "activation":
      return activate(layer.activation);
    case "batchNorm":
    case "layerNorm":
      return [{ call: layer.type, at, width, epsilon: layer.epsilon }];
    default:
      return [];
  }
}

export function compile(network: Trained): Steps {
  const stages = stagesOf(network, "toModule");
  const pieces: Float32Array[] = [];
  const steps: Step[] = [];
  let at = 0;
  for (const stage of stages) {
    steps.push(...stepsOf(stage, at));
    for (const values of Object.values(stage.params)) {
      pieces.push(values);
      at += values.length;
    }
  }
  const parameters = new Float32Array(at);
  at = 0;
  for (const values of pieces) {
    parameters.set(values, at);
    at += values.length;
  }
  const { inputs, inputScale } = network.spec;
  const widths = [inputs, ...stages.map(({ outputs }) => outputs)];
  const named = [
    inputs,
    ...stages.filter(({ layer }) => layer.type === "dense").map(({ outputs }) => outputs),
  ];
  const title = `${named.join("-")}: ${at} parameters`;
  const outputs = widths[stages.length];
  return { inputs, outputs, width: Math.max(...widths), inputScale, parameters, steps, title };
}

/** Nine digits tell every float32 from its neighbours. */
export function literal(value: number): string {
  return Object.is(value, -0) ? "-0" : String(Number(value.toPrecision(9)));
}

/** Words in lines of at most 100 letters. */
export function wrap(words: Iterable<string>, separator: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line.length + word.length > 98) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? `${word}${separator}` : ` ${word}${separator}`;
  }
  lines.push(line);
  return lines.join("\n");
}
