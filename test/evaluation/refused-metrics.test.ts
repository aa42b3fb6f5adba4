/** Metrics that evaluate and fit refuse, with their messages. */

import { test } from "vitest";
import { dense, type EvaluateOptions, type MetricName, Network, SpecError } from "../../src/index.js";
import { METRICS } from "../../src/record/metrics.js";
import { expectError, floats, toRows, wholes } from "../helpers.js";

const INPUTS = 5;
const x = floats(10 * INPUTS, 1, 2);
const regression = (): Network => new Network({ inputs: INPUTS, layers: [dense(2)] });
const classifier = (): Network => new Network({ inputs: INPUTS, layers: [dense(2, "softmax")] });
const decision = (): Network => new Network({ inputs: INPUTS, layers: [dense(2, "sigmoid")] });
const own = { name: "own", measure: () => 0 };
const ALL = Object.keys(METRICS) as MetricName[];
const FOR_CLASSIFIERS = ALL.filter((name) => METRICS[name].isFor !== "all");

test.each<[string, () => Network, unknown[], (string | RegExp)[]]>([
  ...FOR_CLASSIFIERS.map((name): [string, () => Network, unknown[], string[]] => [
    `${name} of a regression`,
    regression,
    [name],
    [`"${name}"`, "no meaning for meanSquaredError on linear"],
  ]),
  ["topKAccuracy of decisions", decision, ["topKAccuracy"], ['"topKAccuracy"', "one by one", '"softmax"']],
  ["an unknown name", classifier, ["auroc"], ['metric "auroc"', ALL.join(", ")]],
  ["a k of 0", classifier, [{ type: "topKAccuracy", k: 0 }], ["k of topKAccuracy is 0", "at least 1"]],
  [
    "an unknown option",
    classifier,
    [{ type: "topKAccuracy", top: 2 }],
    ['"top" of topKAccuracy', "use one of k"],
  ],
  ["an option of a metric without any", classifier, [{ type: "auc", k: 2 }], ['"k" of auc']],
  [
    "a custom metric without a name",
    classifier,
    [{ measure: () => 0 }],
    ["name of a custom metric", "undefined"],
  ],
  ["the same name twice", classifier, ["f1", own, "f1"], ['"f1" twice']],
  ["two custom metrics of the same name", classifier, [own, own], ['"own" twice']],
  [
    "a custom metric with an unknown direction",
    classifier,
    [{ ...own, direction: "up" }],
    ['direction of the metric "own" "up"', "min, max"],
  ],
])("is refused: %s", async (_, make, metrics, parts) => {
  const y = toRows(wholes(20, 1, 2), 2);
  await expectError(
    () => make().evaluate(x, y, { metrics: metrics as EvaluateOptions["metrics"] }),
    SpecError,
    parts,
  );
  await expectError(() => make().fit(x, y, { metrics: metrics as never }), SpecError, parts);
});
