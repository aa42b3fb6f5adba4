import { Bar } from "../../node/bar.js";
import { styleOf } from "../../node/style.js";
import type { Command } from "../command.js";
import { aimOf, estimatorFor, LINEAR, readSubject } from "../estimator.js";
import { EXIT, Failure } from "../failure.js";
import { interruption } from "../interruption.js";
import { count } from "../output/numbers.js";
import { plain } from "../output/plain.js";
import { type Measures, scoreLines, section } from "../output/report.js";
import { json, write } from "../output/write.js";
import { fit, measuresOf } from "../scoring.js";

const FOLDS = 5;

/** Scores of one target. */
interface Scores {
  target: string;
  folds: number;
  measures: Measures;
  linear: Measures;
}

/** Scores the networks, a linear model and the best guess without columns on the same folds. */
export const run: Command = async ({ words: [path], options }) => {
  const subject = await readSubject(path, options);
  const { folds = FOLDS, epochs, ensemble, recipe, ...rest } = options;
  const plan = { training: subject.table, test: undefined, folds };
  const stop = interruption();
  const aim = aimOf(subject);
  const score = async (name: string, changes: typeof LINEAR) => {
    const model = await estimatorFor(aim, rest, changes);
    const bar = new Bar(
      process.stderr,
      ({ member }) => `${name} ${member}`,
      () => false,
    );
    const report = await fit(model, plan, { signal: stop.signal, onEpoch: bar.show });
    bar.clear();
    const measures = await measuresOf(model, plan, report);
    model.dispose();
    return measures;
  };
  const measures = await score("network", { epochs, members: ensemble, recipe });
  const linear = await score("linear model", LINEAR);
  stop.end();
  if (stop.signal.aborted) {
    process.exitCode = EXIT.interrupted;
    return;
  }
  const scores = aim.targets.map((name, t): Scores => {
    const [of, ofLinear] = [measures[t], linear[t]];
    if (of && ofLinear) return { target: name, folds, measures: of, linear: ofLinear };
    throw new Failure(`${subject.table.source.name} has too few rows for ${folds} folds: give --folds 2.`);
  });
  if (options.json) await write(`${json(scores.length > 1 ? scores : scores[0])}\n`);
  else await write(textOf(scores));
};

function textOf(scores: readonly Scores[]): string {
  const style = styleOf(process.stdout);
  const lines = scores.flatMap(({ target, folds, measures, linear }) => {
    const heading = `${plain(target)}: ${count(measures.rows, "row")}, each by models of the other ${folds - 1} of ${folds} parts`;
    return section(heading, scoreLines(measures, linear, style), style);
  });
  return `${lines.slice(1).join("\n")}\n`;
}
