import { existsSync, readFileSync, rmSync } from "node:fs";
import { replaceFile } from "../node/write.js";
import type { TableCheckpoint } from "../table.js";
import type { Options } from "./command.js";
import { Failure } from "./failure.js";
import type { Table } from "./input/table.js";

/**
 * The networks of a training that was stopped, in a file beside the model: JSON with the checkpoints in base64, and with the
 * options and the rows that they belong to.
 */

/** Options that do not change the training. */
const OTHERS: readonly (keyof Options)[] = ["output", "html", "json", "resume"];

const pathOf = (model: string): string => `${model}.resume`;

/** A text that is the same for the same training. */
export function identityOf(options: Options, { rows, columns }: Table): string {
  const own = Object.entries(options).filter(([name]) => !OTHERS.includes(name as keyof Options));
  return JSON.stringify({ options: own.sort(), rows, columns: [...columns.keys()] });
}

/** Writes checkpoints. @param model path of the model. @param identity of the training. */
export function writeResume(model: string, identity: string, checkpoints: Iterable<TableCheckpoint>): void {
  const path = pathOf(model);
  const networks = Array.from(checkpoints, ({ bytes, ...rest }) => ({
    ...rest,
    bytes: Buffer.from(bytes).toString("base64"),
  }));
  replaceFile(path, Buffer.from(JSON.stringify({ identity, networks })));
}

/** Reads checkpoints. @throws Failure if there are none, or if they are of another training */
export function readResume(model: string, identity: string): TableCheckpoint[] {
  const path = pathOf(model);
  if (!existsSync(path)) {
    throw new Failure(`${path} does not exist, so nothing was stopped: leave out --resume.`);
  }
  const wrong = new Failure(
    `${path} is of another table or of other options: give the words of the command that was stopped, or leave out --resume.`,
  );
  let file: { identity?: unknown; networks?: unknown };
  try {
    file = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw wrong;
  }
  if (file?.identity !== identity || !Array.isArray(file.networks)) throw wrong;
  return file.networks.map(({ member, isDone, bestEpoch, bytes }) => {
    const isWhole = Number.isInteger(member) && Number.isInteger(bestEpoch);
    if (!isWhole || typeof isDone !== "boolean" || typeof bytes !== "string") throw wrong;
    return { member, isDone, bestEpoch, bytes: Buffer.from(bytes, "base64") };
  });
}

/** Removes the file once the training has ended. */
export const removeResume = (model: string): void => rmSync(pathOf(model), { force: true });
