import type { Column } from "./columns/column.js";
import { draw, PURPOSE, permutation } from "./draw.js";
import { type Frame, valuesAt } from "./frame.js";
import { type Model, outputsOf } from "./model.js";
import { inputsFor, usedColumns } from "./preparation.js";
import { deviation, mean } from "./statistics.js";
import type { TaskKind } from "./task.js";

/** How much worse a model gets if the values of one column are mixed up. */
export interface Importance {
  column: string;
  /** Mean fall of the score: of accuracy for a Classifier, of R² for a Regressor. Around 0 for a column of no use. */
  importance: number;
  /** Its standard deviation over the repeats. */
  deviation: number;
}

/** A frame whose values of one column are in another order. */
function shuffled(frame: Frame, name: string, order: Int32Array): Frame {
  const values = frame.columns.get(name);
  if (!values) return frame;
  return { ...frame, columns: new Map([...frame.columns, [name, valuesAt(values, order)]]) };
}

/**
 * Permutation importance (Breiman, "Random Forests", 2001; as in scikit-learn): the fall of the score when the values of a
 * column are shuffled among the rows, for each column as the user knows it.
 * @param repeats shuffles of each column. @returns the columns of each head, the most important first.
 */
export function importanceOf<C, V, M>(
  kind: TaskKind<C, V, M>,
  model: Model<C>,
  frame: Frame,
  { repeats, seed, target }: { repeats: number; seed: number; target(name: string): Column },
): Importance[][] {
  const targets = model.heads.map(({ name }) => target(name));
  const scoresOf = (of: Frame): number[] => {
    const inputs = inputsFor(model.preparation, of);
    return model.heads.map((head, h) =>
      kind.score(kind.measure(head.coding, targets[h], outputsOf(head, inputs))),
    );
  };
  const whole = scoresOf(frame);
  const falls = usedColumns(model.preparation).map(({ name }, c) => {
    const scores = Array.from({ length: repeats }, (_, repeat) => {
      const order = permutation(
        frame.rows,
        draw(seed, PURPOSE.importance, c * repeats + repeat),
        PURPOSE.importance,
      );
      return scoresOf(shuffled(frame, name, order));
    });
    return { name, scores };
  });
  return model.heads.map((_, h) =>
    falls
      .map(({ name, scores }) => {
        const drops = scores.map((ofHeads) => whole[h] - ofHeads[h]);
        return { column: name, importance: mean(drops), deviation: deviation(drops) };
      })
      .sort((a, b) => b.importance - a.importance),
  );
}
