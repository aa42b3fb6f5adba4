import { type Classification, describeClassification, measureClasses } from "./class-measures.js";
import type { Column } from "./columns/column.js";
import { classesOf, type Label, type Labels, labelsOf } from "./labels.js";
import type { TaskKind } from "./task.js";

/** How classes are decided: the most probable one, or that which is most above its share of the training rows. */
export type Decide = "probable" | "balanced";

/** The class of each row. */
export function decideClasses({ labels, counts }: Labels, outputs: Float64Array, decide: Decide): Int32Array {
  const width = labels.length;
  return Int32Array.from({ length: outputs.length / width }, (_, row) => {
    const weigh = (c: number) => outputs[row * width + c] / (decide === "balanced" ? counts[c] : 1);
    let best = 0;
    for (let c = 1; c < width; c++) if (weigh(c) > weigh(best)) best = c;
    return best;
  });
}

/** Classification, with classes decided as the option says. */
export function classification(decide: Decide): TaskKind<Labels, Label, Classification> {
  return {
    task: "classification",
    learn(column: Column) {
      const coding = labelsOf(column);
      const targets = classesOf(coding, column);
      return { coding, targets, keys: targets };
    },
    targetsOf: classesOf,
    outputs: ({ labels }) => labels.length,
    decide: (coding, outputs) =>
      Array.from(decideClasses(coding, outputs, decide), (place) => coding.labels[place]),
    measure(coding, column, outputs, rows) {
      const classes = classesOf(coding, column);
      return measureClasses(coding, classes, decideClasses(coding, outputs, decide), outputs, rows);
    },
    place(whole, part, outputs, rows, to) {
      const places = part.labels.map((label) => whole.labels.indexOf(label));
      const [width, all] = [part.labels.length, whole.labels.length];
      for (let i = 0; i < rows.length; i++) {
        places.forEach((place, c) => {
          to[rows[i] * all + place] = outputs[i * width + c];
        });
      }
    },
    focus: (coding, outputs) => decideClasses(coding, outputs, decide)[0],
    value: (_, output) => output,
    score: ({ accuracy }) => accuracy,
    describe: describeClassification,
    notes({ labels, counts }) {
      const rare = labels.filter((_, i) => counts[i] < 5);
      return rare.length > 0 ? [`fewer than 5 rows of ${rare.slice(0, 5).map(String).join(", ")}`] : [];
    },
  };
}
