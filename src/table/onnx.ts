import type { Bytes } from "../data/bytes.js";
import { Graph, graphOperations } from "../formats/onnx/graph.js";
import { addNetwork, encodeModel } from "../formats/onnx.js";
import { inputsOf, type UsedPlan } from "./columns/index.js";
import type { NumberPlan } from "./columns/number.js";
import type { Head, Model } from "./model.js";
import { usedColumns } from "./preparation.js";
import type { Task } from "./recipes.js";
import type { TargetScale } from "./scale.js";
import type { Center } from "./statistics.js";

/** A matrix that the graph reads: its name and its width. */
type Input = readonly [name: string, width: number];

/** Inputs of the graph, and the values that it makes of them for the networks. */
interface Prepared {
  inputs: Input[];
  values: string[];
}

/** z = (x - median) / scale, then z/√(1 + (z/3)²). */
function addScaled(graph: Graph, x: string, { median, scale }: Center): string {
  const { add, sub, mul, div, sqrt } = graphOperations(graph);
  const z = div(sub(x, median), scale);
  const third = div(z, 3);
  return div(z, sqrt(add(1, mul(third, third))));
}

/** A scaled number, 0 where it is NaN; and 1 there if the column has an indicator. */
function addNumber(graph: Graph, name: string, center: Center, hasIndicator: boolean): string[] {
  const isMissing = graph.add({ op: "IsNaN" }, [name]);
  const where = (yes: string, no: string) => graph.add({ op: "Where" }, [isMissing, yes, no]);
  const value = where(graph.scalar(0), addScaled(graph, name, center));
  return hasIndicator ? [value, where(graph.scalar(1), graph.scalar(0))] : [value];
}

/** The share of each bin below a number, from 0 to 1: that of the median where it is NaN. */
function addBins(graph: Graph, { name, median, knots }: NumberPlan): string[] {
  const { sub, div, min, max } = graphOperations(graph);
  if (knots.length === 0) return [];
  const isMissing = graph.add({ op: "IsNaN" }, [name]);
  const x = graph.add({ op: "Where" }, [isMissing, graph.scalar(median), name]);
  return knots.slice(1).map((knot, i) => min(max(div(sub(x, knots[i]), knot - knots[i]), 0), 1));
}

/** The preparation of one column. */
function addColumn(graph: Graph, plan: UsedPlan): Prepared {
  const { name } = plan;
  switch (plan.kind) {
    case "number":
      return {
        inputs: [[name, 1]],
        values: [...addNumber(graph, name, plan, plan.hasIndicator), ...addBins(graph, plan)],
      };
    case "category": {
      const levels = plan.levels.map((level): Input => [`${name}=${level}`, 1]);
      const names = levels.map(([level]) => level);
      // Two levels are -1 and 1.
      const values = names.length === 2 ? [graph.add({ op: "Sub" }, [names[1], names[0]])] : names;
      return { inputs: levels, values };
    }
    case "date": {
      const cycles = inputsOf(plan).filter((input) => / of the (week|year) of /.test(input));
      const [day, ...missing] = addNumber(graph, name, plan, plan.hasIndicator);
      return {
        inputs: [[name, 1], ...cycles.map((input): Input => [input, 1])],
        values: [day, ...cycles, ...missing],
      };
    }
    case "text":
      return { inputs: [[name, plan.features]], values: [name] };
  }
}

/** The mean of the outputs of all networks of a head. */
function addHead<C>(graph: Graph, { networks }: Head<C>, x: string, prefix: string): string {
  const { add, div } = graphOperations(graph);
  const outputs = networks.map((network, n) => addNetwork(graph, network, x, `${prefix}.${n}.`));
  return div(
    outputs.reduce((sum, value) => add(sum, value)),
    networks.length,
  );
}

/** The number that an output stands for: through deviation and mean, logarithm and range. */
function addUnscaled(
  graph: Graph,
  output: string,
  { transform, mean, deviation, range }: TargetScale,
): string {
  const { add, mul, exp, min, max } = graphOperations(graph);
  const y = add(mul(output, deviation), mean);
  const value = transform === "log" ? exp(y) : y;
  return range ? min(max(value, range[0]), range[1]) : value;
}

/**
 * Writes a model as an ONNX graph of float32 numbers, operator set 17. Its inputs, [samples][1] each, are named after columns:
 * a number as it is, NaN if missing; a level of a category as 0 or 1, named "column=level"; a date in days since 1970, with
 * sine and cosine of week and year beside it; text as its counts. Its output is "probabilities" or "prediction", of all
 * targets one after the other.
 */
export function writeONNX<C>(task: Task, { preparation, heads }: Model<C>): Bytes {
  const graph = new Graph();
  const columns = usedColumns(preparation).map((plan) => addColumn(graph, plan));
  const x = graph.add(
    { op: "Concat", ints: { axis: 1 } },
    columns.flatMap(({ values }) => values),
  );
  const results = heads.map((head, h) => {
    const output = addHead(graph, head, x, `${h}`);
    return task === "regression" ? addUnscaled(graph, output, head.coding as TargetScale) : output;
  });
  graph.add({ op: "Concat", ints: { axis: 1 } }, results);
  const width = heads.reduce((sum, { coding }) => sum + widthOf(coding), 0);
  const name = task === "regression" ? "prediction" : "probabilities";
  return encodeModel(
    graph,
    columns.flatMap(({ inputs }) => inputs),
    [name, width],
  );
}

/** Outputs of a head: one for each label, or one number. */
function widthOf(coding: unknown): number {
  return (coding as { labels?: readonly unknown[] }).labels?.length ?? 1;
}
