/** The benchmark page: starts the races in a worker, and shows the machine and the results. */

import { find } from "../shared/dom.js";
import { faultOfWorker } from "../shared/worker.js";
import type { Answer, Order } from "./protocol.js";
import { resultView } from "./view.js";

const start = find("start", HTMLButtonElement);
const stop = find("stop", HTMLButtonElement);
const rounds = find("rounds", HTMLSelectElement);
const withJax = find("with-jax", HTMLInputElement);
const state = find("state", HTMLElement);
const done = find("done", HTMLProgressElement);
const fault = find("fault", HTMLElement);
const results = find("results", HTMLElement);

let worker: Worker | undefined;

/** Names of browsers as they stand in the text with which a browser presents itself; the first that is there counts. */
const BROWSERS = /(Edg|OPR|Firefox|Chrome|Version)\/(\d+)/;
const NAMES: Readonly<Record<string, string>> = {
  Edg: "Edge",
  OPR: "Opera",
  Chrome: "Chromium",
  Version: "Safari",
};

/** The name of what draws for webgl: a graphics processor, or a program that does its work. */
function renderer(): string {
  const context = document.createElement("canvas").getContext("webgl");
  const names = context?.getExtension("WEBGL_debug_renderer_info");
  return context && names
    ? String(context.getParameter(names.UNMASKED_RENDERER_WEBGL))
    : "a renderer without a name";
}

function machine(): string {
  const { userAgent, hardwareConcurrency } = navigator;
  const [, name = "", version = ""] = /(Edg|OPR)\/(\d+)/.exec(userAgent) ?? BROWSERS.exec(userAgent) ?? [];
  const system = (/\(([^)]+)/.exec(userAgent)?.[1] ?? "").replaceAll("; ", ", ");
  const browser = name ? `${NAMES[name] ?? name} ${version}` : "an unknown browser";
  return `This machine: ${browser} (${system}), ${hardwareConcurrency} logical cores; webgl is done by ${renderer()}.`;
}

function end(text: string): void {
  worker?.terminate();
  worker = undefined;
  start.disabled = false;
  stop.disabled = true;
  done.hidden = true;
  state.textContent = text;
}

function complain(text: string): void {
  end("");
  fault.hidden = false;
  fault.textContent = text;
}

function take(answer: Answer): void {
  switch (answer.type) {
    case "progress":
      state.textContent = answer.text;
      done.value = answer.share;
      return;
    case "result":
      results.append(resultView(answer.result));
      return;
    case "ended":
      end(`Done: medians of ${rounds.value} rounds.`);
      return;
    case "fault":
      complain(answer.text);
      return;
  }
}

start.addEventListener("click", () => {
  results.replaceChildren();
  fault.hidden = true;
  done.hidden = false;
  start.disabled = true;
  stop.disabled = false;
  worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<Answer>) => take(data);
  worker.onerror = (event) => complain(faultOfWorker(event));
  const order: Order = { rounds: Number(rounds.value), withJax: withJax.checked };
  worker.postMessage(order);
});
stop.addEventListener("click", () => end("Stopped."));
find("machine", HTMLElement).textContent = machine();
