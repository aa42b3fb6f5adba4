import { writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Command, Options } from "../command.js";
import { UsageError } from "../failure.js";
import { bytesOf, loadModel } from "../model.js";
import { isNetworkFile, loadNetwork } from "../network-file.js";

type Target = NonNullable<Options["to"]>;

/** Contents of a file, with its name unless it is the first one. */
interface Written {
  name?: string;
  contents: string | Uint8Array;
}

async function ofNetwork(path: string, bytes: Uint8Array, to: Target): Promise<Written[]> {
  const network = await loadNetwork(path, bytes);
  const { toModule, toONNX, toTFJS } = await import("../../formats.js");
  switch (to) {
    case "js":
    case "ts":
    case "c":
      return [{ contents: toModule(network, { format: to }) }];
    case "onnx":
      return [{ contents: toONNX(network) }];
    case "tfjs": {
      const { model, weights } = toTFJS(network);
      return [{ contents: JSON.stringify(model) }, { name: "weights.bin", contents: weights }];
    }
  }
}

async function ofModel(path: string, to: Target): Promise<Written[]> {
  const model = await loadModel(path);
  switch (to) {
    case "js":
    case "ts":
      return [{ contents: model.toModule({ format: to }) }];
    case "onnx":
      return [{ contents: model.toONNX() }];
    case "c":
    case "tfjs":
      throw new UsageError(
        `${path} takes tables, whose preparation ${to} cannot hold: use --to js, ts or onnx; ${to} is for files of one network.`,
      );
  }
}

/** Writes a model in another format. */
export const run: Command = async ({ words: [path], options }) => {
  const { to, output } = options;
  if (to === undefined) throw new UsageError("--to is missing: give js, ts, c, onnx or tfjs.");
  const bytes = bytesOf(path);
  const files = isNetworkFile(bytes) ? await ofNetwork(path, bytes, to) : await ofModel(path, to);
  if (output === "-") {
    process.stdout.write(files[0].contents);
    return;
  }
  const stem = basename(path).replace(/\.[^.]+$/, "");
  const first = output ?? `${stem}.${to === "tfjs" ? "json" : to}`;
  for (const { name, contents } of files) {
    const to = name === undefined ? first : join(dirname(first), name);
    writeFileSync(to, contents);
    process.stdout.write(`Wrote ${to}\n`);
  }
};
