import type { Bytes } from "../data/bytes.js";
import { FormatError } from "../errors.js";
import { networkOf } from "../network/network.js";
import { pack, unpack } from "../storage/network-file.js";
import { readSafetensors, type Tensor, writeSafetensors } from "../storage/safetensors.js";
import { excerpt, parseRecord } from "../storage/untrusted.js";
import { checkContent, type FileContent } from "./file-content.js";
import type { Head, Model } from "./model.js";
import type { EstimatorSpec } from "./options.js";
import type { Task } from "./recipes.js";

/**
 * A model as a file in the safetensors layout: the tensors of network m of target t under "t.m.", so that other programs
 * read them too, and the rest as JSON under "table" in the metadata.
 */

/** Version of the files. A new version must read all older ones. */
const VERSION = "1";

/** A bigint in JSON. */
const BIGINT = "$bigint";

/** Writes JSON in which bigints are { $bigint: "12" }. */
const toText = (data: unknown): string =>
  JSON.stringify(data, (_, value) => (typeof value === "bigint" ? { [BIGINT]: String(value) } : value));

const revived = (_: string, value: unknown): unknown => {
  const digits = (value as { [BIGINT]?: unknown } | null)?.[BIGINT];
  return typeof digits === "string" && /^-?\d{1,1000}$/.test(digits) ? BigInt(digits) : value;
};

const prefixOf = (head: number, network: number): string => `${head}.${network}.`;

/** Writes a model. */
export function writeFile<C>(task: Task, options: EstimatorSpec, model: Model<C>, report: string): Bytes {
  const { preparation, recipe, heads } = model;
  const tensors = new Map<string, Tensor>();
  const described = heads.map(({ name, coding, networks }, h) => {
    const specs = networks.map((network, n) => {
      const packed = pack(network.spec, network.getParams());
      for (const [path, tensor] of packed.tensors) tensors.set(prefixOf(h, n) + path, tensor);
      return packed.metadata.get("spec") as string;
    });
    return { name, coding, specs };
  });
  const content: FileContent<C> = { task, options, preparation, recipe, heads: described, report };
  const metadata = new Map([
    ["format", "pt"],
    ["densely.table", VERSION],
    ["table", toText(content)],
  ]);
  return writeSafetensors({ tensors, metadata });
}

/** A model that was read from a file, of either task. */
export interface FileModel {
  task: Task;
  options: EstimatorSpec;
  model: Model<unknown>;
  report: string;
}

/** Reads a model. @throws FormatError for any other bytes, naming what is wrong. */
export function readFile(bytes: Uint8Array | ArrayBuffer): FileModel {
  const { tensors, metadata } = readSafetensors(bytes);
  const version = metadata.get("densely.table");
  if (version !== VERSION) {
    throw new FormatError(
      version === undefined
        ? 'The metadata has no "densely.table": give a file that save of a Classifier or a Regressor wrote; a file of a network is read by Network.load.'
        : `The file has version ${excerpt(version)}, but this densely reads ${VERSION}: update densely.`,
    );
  }
  const text = metadata.get("table") ?? "";
  parseRecord(text, "The table in the metadata");
  const content = checkContent(JSON.parse(text, revived));
  const heads = content.heads.map(({ name, coding, specs }, h): Head<unknown> => {
    const networks = specs.map((spec, n) => {
      const prefix = prefixOf(h, n);
      const own = new Map<string, Tensor>();
      for (const [path, tensor] of tensors) {
        if (path.startsWith(prefix)) own.set(path.slice(prefix.length), tensor);
      }
      const { params, spec: checked } = unpack({
        tensors: own,
        metadata: new Map([
          ["densely", "1"],
          ["spec", spec],
        ]),
      });
      return networkOf({ spec: checked, math: undefined }, params);
    });
    return { name, coding, networks };
  });
  const { task, options, preparation, recipe, report } = content;
  return { task, options, model: { preparation, recipe, heads }, report };
}
