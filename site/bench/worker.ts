/** The worker of the page: it loads the other libraries and runs the races, so that nothing is drawn within a turn. */

import type { Contestant } from "./contestant.js";
import { denselyFor } from "./densely.js";
import { jaxFor } from "./jax.js";
import type { Answer, Order } from "./protocol.js";
import { race, reasonOf } from "./race.js";
import { type Task, tasks } from "./tasks.js";
import { type Backend, tensorflowFor } from "./tensorflow.js";

/** The part of a worker's global that is used; the types of pages do not have it. */
interface WorkerScope {
  postMessage(message: Answer): void;
  onmessage: ((event: MessageEvent<Order>) => void) | null;
}
const scope = self as unknown as WorkerScope;

const BACKENDS: readonly Backend[] = ["cpu", "webgl"];

/** The libraries that densely races. */
interface Peers {
  readonly tf: typeof import("@tensorflow/tfjs");
  readonly jax: typeof import("@jax-js/jax") | undefined;
}

async function load(withJax: boolean): Promise<Peers> {
  try {
    const tf = await import("@tensorflow/tfjs");
    return { tf, jax: withJax ? await import("@jax-js/jax") : undefined };
  } catch (cause) {
    throw new Error("The other libraries could not be loaded: is there a connection?", { cause });
  }
}

/** The contestants that can run here, and the reasons of the others. */
async function contestantsFor(
  { tf, jax }: Peers,
  task: Task,
): Promise<{ present: Contestant[]; absent: string[] }> {
  const present = [denselyFor(task)];
  const absent: string[] = [];
  const enter = async (name: string, make: () => Promise<Contestant>) => {
    try {
      present.push(await make());
    } catch (error) {
      absent.push(reasonOf(name, error));
    }
  };
  for (const backend of BACKENDS)
    await enter(`TensorFlow.js, ${backend}`, () => tensorflowFor(tf, task, backend));
  if (jax) await enter("jax-js", () => jaxFor(jax, task));
  return { present, absent };
}

async function run({ rounds, withJax }: Order): Promise<void> {
  scope.postMessage({ type: "progress", text: "Loading the other libraries …", share: 0 });
  const peers = await load(withJax);
  const all = tasks();
  for (const [i, task] of all.entries()) {
    const onShare = (share: number) =>
      scope.postMessage({ type: "progress", text: task.title, share: (i + share) / all.length });
    onShare(0);
    const { present, absent } = await contestantsFor(peers, task);
    const { finishes, absent: failed } = await race(task, present, rounds, onShare);
    for (const contestant of present) contestant.dispose();
    scope.postMessage({
      type: "result",
      result: { title: task.title, updates: task.updates, finishes, absent: [...absent, ...failed] },
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
