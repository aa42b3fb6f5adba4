/** An example with a button that runs it and shows what it prints below it. */

import { make } from "./dom.js";
import { run } from "./run.js";

/** Runs a program and shows its lines, and the page that it makes, in an element. @returns true unless it threw */
export async function runInto(output: HTMLElement, code: string, packageUrl: URL): Promise<boolean> {
  const lines = make("pre", { className: "prints ran", tabIndex: 0, role: "log", "aria-label": "Output" });
  output.replaceChildren(lines);
  const { frame, ended } = run(code, output, packageUrl, (line) => lines.append(`${line}\n`));
  // The frame is as high as what the program puts into it.
  const fit = new ResizeObserver(() => {
    const body = frame.contentDocument?.body;
    frame.style.height = `${body?.scrollHeight ?? 0}px`;
  });
  frame.addEventListener("load", () => frame.contentDocument && fit.observe(frame.contentDocument.body));
  const isRight = await ended;
  lines.dataset.ended = isRight ? "well" : "failed";
  if (isRight && lines.textContent === "" && !frame.contentDocument?.body.querySelector(":not(script)")) {
    lines.append("It prints nothing.\n");
  }
  return isRight;
}

/** Adds the button to a block of code. @param packageUrl the address of the built package. */
export function addRunButton(example: HTMLElement, packageUrl: URL): void {
  const code = example.querySelector("code")?.textContent ?? "";
  const button = make("button", { type: "button", className: "run" }, "Run");
  const output = make("div", { className: "output" });
  // Another click begins anew: a program may run without an end.
  button.addEventListener("click", () => void runInto(output, code, packageUrl));
  example.append(button, output);
}
