import { reasonOf } from "../refusals.js";

/** A file of a worker, or its text. */
export type Script = string | URL | { readonly text: string };

/** The text of a script; undefined for a file. */
const textOf = (script: Script): string | undefined => (script as { text?: string }).text;

/** A worker of any host. */
export interface Worker {
  post(message: object, transfer: ArrayBuffer[]): void;
  /** Says if the process has to wait for it. */
  hold(isAwaited: boolean): void;
  end(): void;
}

/** Receives the answers of a worker, and the reason if it ends or breaks down. */
export interface Listener {
  /** @param answer an Answer, unless the script is another one. */
  answered(answer: unknown): void;
  failed(reason: string): void;
}

/** The part of worker threads of Node.js, Deno and Bun that is used here. */
interface Thread {
  on(event: string, listener: (value: never) => void): unknown;
  postMessage(message: object, transfer: ArrayBuffer[]): void;
  ref(): void;
  unref(): void;
  terminate(): unknown;
}
interface Host {
  process?: {
    getBuiltinModule?(
      name: string,
    ): { Worker?: new (source: string | URL, options: object) => Thread } | undefined;
  };
}

/** True where threads are those of Node.js, Deno and Bun: any of them may wait for others. */
export function hasThreads(): boolean {
  return threadClass() !== undefined;
}

function threadClass() {
  return (globalThis as Host).process?.getBuiltinModule?.("node:worker_threads")?.Worker;
}

/** A thread of Node.js, Deno or Bun; nothing elsewhere. */
function startThread(script: Script, { answered, failed }: Listener): Worker | undefined {
  const Worker = threadClass();
  if (!Worker) return undefined;
  const text = textOf(script);
  // Not the arguments of this process: they could turn the text into a module, or preload files.
  const thread = new Worker(text ?? (script as string | URL), { eval: text !== undefined, execArgv: [] });
  thread.on("message", answered);
  thread.on("messageerror", () => failed("it answered with something that cannot be read"));
  thread.on("error", (error) => failed(reasonOf(error)));
  thread.on("exit", () => failed("it ended"));
  return {
    post: (message, transfer) => thread.postMessage(message, transfer),
    hold: (isAwaited) => (isAwaited ? thread.ref() : thread.unref()),
    end: () => thread.terminate(),
  };
}

/** A Web Worker; nothing where there are none. */
function startWebWorker(script: Script, { answered, failed }: Listener): Worker | undefined {
  if (typeof globalThis.Worker !== "function") return undefined;
  const text = textOf(script);
  const url =
    text === undefined
      ? (script as string | URL)
      : URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const revoke = () => {
    if (text !== undefined) URL.revokeObjectURL(url as string);
  };
  let worker: globalThis.Worker;
  try {
    worker = new globalThis.Worker(url);
  } catch (cause) {
    revoke();
    throw cause;
  }
  worker.onmessageerror = () => failed("it answered with something that cannot be read");
  worker.onmessage = ({ data }) => answered(data);
  worker.onerror = (event) => {
    event.preventDefault?.();
    failed(event.message || "its script was not loaded");
  };
  const end = () => {
    worker.terminate();
    revoke();
  };
  return { post: (message, transfer) => worker.postMessage(message, transfer), hold: () => {}, end };
}

/**
 * Starts a worker.
 * @throws the host's error if it forbids workers, or an Error if it has none.
 */
export function startWorker(script: Script, listener: Listener): Worker {
  const worker = startThread(script, listener) ?? startWebWorker(script, listener);
  if (!worker) throw new Error("it has none");
  return worker;
}
