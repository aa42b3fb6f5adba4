import type { Field, Step } from "../../formulas/steps.js";
import { stagesOf, type Trained } from "../stages.js";

/** A step of a layer with the layer's widths, and with the offsets of its parameters: -1 for a field that it lacks. */
export interface PlacedStep {
  step: Step;
  inputs: number;
  outputs: number;
  at: Readonly<Record<Field, number>>;
}

/** The predictions of a network as a list of steps over one flat array of parameters. */
export interface PlacedSteps {
  inputs: number;
  outputs: number;
  /** Values in the widest row between two steps. */
  width: number;
  /** Factor for the bytes of a Uint8Array. */
  inputScale: number;
  parameters: Float32Array;
  steps: PlacedStep[];
  /** First comment of the file: widths and the number of parameters. */
  title: string;
}

/** Lists the steps of a network and lays out its parameters. @throws SpecError for anything but a network. */
export function placeSteps(network: Trained): PlacedSteps {
  const stages = stagesOf(network, "toModule");
  const parameters: number[] = [];
  const steps: PlacedStep[] = [];
  for (const { steps: ofStage, inputs, outputs, tensors } of stages) {
    const at: Record<Field, number> = { weight: -1, bias: -1, running_mean: -1, running_var: -1 };
    for (const [field, { values }] of Object.entries(tensors)) {
      at[field as Field] = parameters.length;
      for (const value of values) parameters.push(value);
    }
    for (const step of ofStage) steps.push({ step, inputs, outputs, at });
  }
  const { inputs, inputScale } = network.spec;
  const widths = [inputs, ...stages.map(({ outputs }) => outputs)];
  const named = stages.filter(({ layer }) => layer.type === "dense").map(({ outputs }) => outputs);
  return {
    inputs,
    outputs: widths[stages.length],
    width: Math.max(...widths),
    inputScale,
    parameters: Float32Array.from(parameters),
    steps,
    title: `${[inputs, ...named].join("-")}: ${parameters.length} parameters`,
  };
}

/** Prints a float32 with the fewest digits, at most nine, that tell it from its neighbours in every case. */
export function literal(value: number): string {
  return Object.is(value, -0) ? "-0" : String(Number(value.toPrecision(9)));
}

/** Joins words into lines of at most 100 letters, each word followed by the separator. */
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
