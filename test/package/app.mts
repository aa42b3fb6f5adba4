// Types as a program with all checks of TypeScript uses them, with the least TypeScript too.
import { adam, dense, type FitOptions, type History, Network } from "densely";
import * as article from "densely/article";
import { NeuralNetwork } from "densely/brain";
import { cluster, type Machines, type RoundReport, source, work } from "densely/bullmq";
import { checkGradients } from "densely/check";
import * as core from "densely/core";
import { integratedGradients } from "densely/explain";
import { fromTFJS, toModule, toTFJS } from "densely/formats";
import { lbfgs } from "densely/lbfgs";
import { relaxed } from "densely/relaxed";
import { crossValidate, type Ensemble, ensemble, real, search, whole } from "densely/search";
import { Classifier, Regressor } from "densely/table";
import { type AccelerationReport, accelerate, type TensorFlow } from "densely/tfjs";

const x = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;
const network = new Network({
  inputs: 2,
  layers: [dense(8, "tanh"), dense(1, "sigmoid", { bias: undefined })],
  math: relaxed,
  optimizer: adam({ learningRate: undefined }),
});
const options: FitOptions = { epochs: 3, signal: undefined };
export const history: Promise<History> = network.fit(x, [0, 1, 1, 0], options);
export const accuracy: number = network.evaluate(x, [0, 1, 1, 0], { metrics: ["accuracy"] }).accuracy;
export const bytes: Uint8Array = network.save();
const { model, weights } = toTFJS(network);
export const again = fromTFJS(model, weights).predict([1, 2]);
export const text: string = toModule(network, { format: "c" });
export const lean = new core.Network([2, 1]).predict([1, 2]);
export const params = article.init_params([2, 1]);
export const errors: Record<string, number> = checkGradients(network, x, [0, 1, 1, 0]);
export const full = new Network({ inputs: 2, layers: [dense(1)], optimizer: lbfgs({ historySize: 3 }) });
const labels = [0, 1, 1, 0];
export const validation = crossValidate(() => new Network([2, 1]), x, labels, { folds: 2 });
export const parts: Float32Array = integratedGradients(network, x, { baseline: [0, 0], steps: 8, output: 0 });
export const mean: Promise<number | undefined> = validation.then(({ mean }) => mean.loss);
const space = { units: whole(1, 8), rate: real(0.001, 0.1, { log: true }) };
const make = ({ units }: { units: number; rate: number }) => new Network([2, units, 1]);
export const units: Promise<number> = search(space, make, x, labels).then(({ best }) => best.settings.units);
export const several: Ensemble = ensemble([network, network]);
const rows = [{ width: 1, kind: "a" }];
const classifier = new Classifier({ target: "kind" });
export const kind: string = String(classifier.predict({ width: 1 }));
export const both = new Classifier({ target: ["kind", "width"] });
export const width: number = new Regressor({ target: "width" }).predict({ kind: "a" });
export const report = classifier.fit(rows, { worker: true }).then(({ measures }) => measures?.accuracy);
declare const tf: TensorFlow;
export const accelerated: AccelerationReport = accelerate(tf).report;
const brain = new NeuralNetwork<number[], number[]>({ hiddenLayers: [3] });
export const error: number = brain.train([{ input: [0, 1], output: [1] }]).error;
export const output: number | undefined = brain.run([0, 1])[0];
const connection = { url: "redis://127.0.0.1:6379" };
export async function train(): Promise<Network> {
  const working = await work(connection, { concurrency: undefined, sources: ["/data"] });
  const machines: Machines = await cluster({ connection });
  await machines.fitMany([{ spec: [2, 1], x, y: labels, options: { epochs: 3, metrics: ["accuracy"] } }]);
  await search(space, make, x, labels, { on: machines, id: undefined });
  const sha256 = "0".repeat(64);
  const shard = { x: source("/data/x", { sha256 }), y: source("/data/y", { sha256, type: "Int32Array" }) };
  const onRound = ({ round, valLoss }: RoundReport): boolean => round < 3 || Number(valLoss) > 1;
  await working.close();
  return machines.fit({ inputs: 2, layers: [dense(1)] }, [shard, { x, y: labels }], {
    onRound,
    outer: { momentum: 0 },
  });
}
