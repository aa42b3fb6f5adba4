import { type Classification, describeClassification, measureClasses } from "./class-measures.js";
import { adviceOnTexts } from "./columns/advice.js";
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

/** Labels that a note names, at most. */
const MOST_NAMED = 5;

function some(labels: readonly Label[]): string {
  const more = labels.length - MOST_NAMED;
  return `${labels.slice(0, MOST_NAMED).map(String).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

/** Advice about classes: rare ones, and labels that may be one label, or numbers. */
function notesOf({ name, labels, counts }: Labels): string[] {
  const rare = labels.filter((_, i) => counts[i] < 5);
  const texts = labels.filter((label) => typeof label === "string");
  const plain = (label: string) => label.trim().toLowerCase();
  const alike = texts.filter((label) =>
    texts.some((other) => other !== label && plain(other) === plain(label)),
  );
  const advice = adviceOnTexts(texts);
  return [
    ...(rare.length > 0 ? [`fewer than 5 rows of ${some(rare)}`] : []),
    ...(alike.length > 0 ? [`${some(alike)} differ in case or blanks alone: are they one class?`] : []),
    ...(advice === undefined ? [] : [`${name} ${advice}`]),
  ];
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
    only(whole, column) {
      const [first, ...others] = classesOf(whole, column);
      if (others.some((place) => place !== first)) return undefined;
      return Float64Array.from(whole.labels, (_, place) => Number(place === first));
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
    notes: notesOf,
  };
}
