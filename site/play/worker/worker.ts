/** The worker of the playground: it holds the network, trains it, and answers with frames when the page asks for them. */

import { toModule, toONNX } from "densely/formats";
import { Clock } from "./clock.js";
import { frameOf, memoryOf } from "./frame.js";
import type { Answer, FileKind, Order, Settings, Split } from "./protocol.js";
import { Training } from "./training.js";

/** The part of a worker's global that is used; the types of pages do not have it. */
interface WorkerScope {
  postMessage(message: Answer, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<Order>) => void) | null;
}
const scope = self as unknown as WorkerScope;

let training: Training | undefined;
/** The clock of the run under way; undefined while it pauses. */
let clock: Clock | undefined;
let lastRate: number | undefined;

/** Number of the run under way. A turn of an earlier one does nothing. */
let run = 0;

function end(reason: string): void {
  clock = undefined;
  scope.postMessage({ type: "ended", reason });
}

function advance(current: Training, steps: number): void {
  const { learningRate, stopped } = current.advance(steps);
  lastRate = learningRate.at(-1) ?? lastRate;
  if (stopped === "early") end("Converged: lbfgs finds no better weights.");
}

/** Trains for a slice of time and asks for the next turn. */
function turn(ofRun: number): void {
  if (!training || !clock || ofRun !== run) return;
  const [current, running] = [training, clock];
  const go = (steps: number) => {
    if (clock === running) advance(current, steps);
  };
  const wait = guarded(() =>
    running.turn(
      go,
      () => performance.now(),
      () => current.step,
    ),
  );
  if (clock !== running || wait === undefined) return;
  setTimeout(() => turn(ofRun), wait);
}

/** Runs something that a wrong setting or a diverging training may end: the page hears of it and training pauses. */
function guarded<Result>(run: () => Result): Result | undefined {
  try {
    return run();
  } catch (error) {
    clock = undefined;
    scope.postMessage({ type: "failed", message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

function contentOf({ network }: Training, kind: FileKind): string | Uint8Array<ArrayBuffer> {
  switch (kind) {
    case "safetensors":
      return network.save();
    case "checkpoint":
      return network.checkpoint();
    case "json":
      return JSON.stringify(network);
    case "js":
      return toModule(network);
    case "onnx":
      return toONNX(network);
  }
}

/** Replaces the training by that of a new network. */
function begin(settings: Settings, split: Split): void {
  lastRate = undefined;
  training?.dispose();
  training = undefined;
  training = new Training(settings, split);
}

function obey(order: Order): void {
  switch (order.type) {
    case "set":
      clock = undefined;
      begin(order.settings, order.split);
      return;
    case "points":
      if (training) training = new Training(order.settings, order.split, training);
      else begin(order.settings, order.split);
      return;
    case "rate":
      training?.setRate(order.settings);
      return;
    case "run":
      if (!training) return;
      clock = new Clock(order.speed, training.stepsPerEpoch, performance.now());
      if (order.speed === "slow") advance(training, 1);
      run++;
      turn(run);
      return;
    case "pause":
      clock = undefined;
      return;
    case "advance":
      clock = undefined;
      if (training) advance(training, order.by === "step" ? 1 : training.stepsToEpoch);
      return;
    case "frame": {
      if (!training) return;
      if (order.known === training.step) {
        scope.postMessage({ type: "unchanged" });
        return;
      }
      const frame = frameOf(training, { isRunning: clock !== undefined, lastRate }, order.listing);
      scope.postMessage({ type: "frame", frame }, memoryOf(frame));
      return;
    }
    case "file":
      if (training) {
        const content = contentOf(training, order.kind);
        scope.postMessage({ type: "file", name: `playground.${order.kind}`, content });
      }
  }
}

scope.onmessage = ({ data }) => guarded(() => obey(data));
