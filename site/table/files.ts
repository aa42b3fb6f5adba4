/** The files of a model to download. */

import type { Classifier, Regressor } from "densely/table";
import { download, find, make } from "../shared/dom.js";
import type { Trained } from "./protocol.js";

const place = find("files", HTMLElement);
const fault = find("files-fault", HTMLElement);

interface FileOffer {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly content: () => string | Uint8Array<ArrayBuffer>;
}

/** A name for files: letters and digits of the target. */
const stemOf = (target: string): string =>
  target.replace(/[^\p{L}\p{N}_-]+/gu, "-").replace(/^-+|-+$/g, "") || "model";

function offer({ id, name, about, content }: FileOffer): HTMLElement {
  const button = make("button", { type: "button", id }, name);
  button.addEventListener("click", () => {
    fault.hidden = true;
    try {
      download(name, content());
    } catch (error) {
      fault.hidden = false;
      fault.textContent = error instanceof Error ? error.message : String(error);
    }
  });
  return make("div", {}, button, make("p", { className: "soft small" }, about));
}

/** Offers the files of a model. */
export function showFiles(model: Classifier | Regressor, target: string, { bytes, html }: Trained): void {
  const stem = stemOf(target);
  fault.hidden = true;
  place.replaceChildren(
    offer({
      id: "save",
      name: `${stem}.safetensors`,
      about: "The model as one file: load(bytes) of densely/table reads it, in Node.js and in browsers.",
      content: () => bytes,
    }),
    offer({
      id: "module",
      name: `${stem}.mjs`,
      about: "A JavaScript module without imports: its predict takes records.",
      content: () => model.toModule(),
    }),
    offer({
      id: "onnx",
      name: `${stem}.onnx`,
      about: "For ONNX Runtime and others; its inputs are named after the columns.",
      content: () => model.toONNX(),
    }),
    offer({
      id: "report",
      name: `${stem}.html`,
      about: "The report as a page: score, confusion, calibration, the worst rows, loss.",
      content: () => html,
    }),
  );
}
