/** The worker of the page: it loads TensorFlow.js and runs the races, so that nothing is drawn within a turn. */

import type { Contestant } from "./contestant.js";
import { denselyFor } from "./densely.js";
import type { Answer, Order } from "./protocol.js";
import { race } from "./race.js";
import { type Task, tasks } from "./tasks.js";
import { type Backend, tensorflowFor } from "./tensorflow.js";

/** The part of a worker's global that is used; the types of pages do not have it. */
interface WorkerScope {
  postMessage(message: Answer): void;
  onmessage: ((event: MessageEvent<Order>) => void) | null;
}
const scope = self as unknown as WorkerScope;

const BACKENDS: readonly Backend[] = ["cpu", "webgl"];

type Library = typeof import("@tensorflow/tfjs");

/** The contestants that can run here, and the reasons of the others. */
async function contestantsFor(tf: Library, task: Task): Promise<{ present: Contestant[]; absent: string[] }> {
  const present = [denselyFor(task)];
  const absent: string[] = [];
  for (const backend of BACKENDS) {
    try {
      present.push(await tensorflowFor(tf, task, backend));
    } catch (error) {
      absent.push(`TensorFlow.js, ${backend}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { present, absent };
}

async function run({ rounds }: Order): Promise<void> {
  scope.postMessage({ type: "progress", text: "Loading TensorFlow.js …", share: 0 });
  const tf = await import("@tensorflow/tfjs");
  const all = tasks();
  for (const [i, task] of all.entries()) {
    const onShare = (share: number) =>
      scope.postMessage({ type: "progress", text: task.title, share: (i + share) / all.length });
    onShare(0);
    const { present, absent } = await contestantsFor(tf, task);
    const finishes = await race(task, present, rounds, onShare);
    for (const contestant of present) contestant.dispose();
    scope.postMessage({
      type: "result",
      result: { title: task.title, updates: task.updates, finishes, absent },
    });
  }
  scope.postMessage({ type: "ended" });
}

scope.onmessage = async ({ data: order }) => {
  try {
    await run(order);
  } catch (error) {
    scope.postMessage({ type: "fault", text: error instanceof Error ? error.message : String(error) });
  }
};
