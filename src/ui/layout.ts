/** Where the units of a network stand in its picture. */

import type { NetworkSpec } from "../model/spec.js";
import { tensorsOf } from "../model/tensors.js";

/** A column of units. */
export interface Column {
  /** Words under the column, one line each: "4 inputs", or "8 tanh" and the layers after it. */
  words: string[];
  /** Units in all. */
  units: number;
  /** Indices of the units that are shown: all, or the first and the last of many. */
  shown: number[];
  /** Names of the parameters of the units: weights and biases. Undefined for inputs, and biases where there are none. */
  W: string | undefined;
  b: string | undefined;
}

/** The first and the last of many units, or all of few. */
export function shownOf(units: number, most: number): number[] {
  if (units <= most) return Array.from({ length: units }, (_, i) => i);
  const first = Math.ceil(most / 2);
  return Array.from({ length: most }, (_, i) => (i < first ? i : units - most + i));
}

/** The columns of a network: its inputs, and the units of each dense layer. Other layers are words under the one before. */
export function columnsOf(spec: NetworkSpec, most: number): Column[] {
  const tensors = tensorsOf(spec);
  const { inputs } = spec;
  const columns: Column[] = [
    {
      words: [`${inputs} ${inputs === 1 ? "input" : "inputs"}`],
      units: inputs,
      shown: shownOf(inputs, most),
      W: undefined,
      b: undefined,
    },
  ];
  spec.layers.forEach((layer, i) => {
    const named = (role: string) =>
      tensors.find((tensor) => tensor.layer === i && tensor.role === role)?.name;
    if (layer.type !== "dense") {
      columns[columns.length - 1].words.push(
        layer.type === "activation" ? nameOf(layer.activation) : layer.type,
      );
      return;
    }
    columns.push({
      words: [`${layer.units} ${nameOf(layer.activation)}`],
      units: layer.units,
      shown: shownOf(layer.units, most),
      W: named("W"),
      b: named("b"),
    });
  });
  return columns;
}

/** The name of an activation, which may have options. */
const nameOf = (activation: string | { type: string }): string =>
  typeof activation === "string" ? activation : activation.type;

/** Heights of the shown units of a column, from the middle; between the first and the last of many is a gap. */
export function heightsOf({ units, shown }: Column, step: number): number[] {
  const isCut = units > shown.length;
  const first = Math.ceil(shown.length / 2);
  const places = shown.length + (isCut ? 1 : 0);
  return shown.map((_, i) => {
    const place = isCut && i >= first ? i + 1 : i;
    return (place - (places - 1) / 2) * step;
  });
}
