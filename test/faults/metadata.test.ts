/** Texts of the user's own in the files of networks. */

import { describe, expect, test } from "vitest";
import { Network, SpecError } from "../../src/index.js";
import { checkpointTo, loadFile, saveFile } from "../../src/node.js";
import { wrong } from "../helpers.js";
import { expectRefusal } from "./tools.js";

const network = () => new Network([2, 2]);
const any = (value: unknown) => wrong<never>(value);

describe("save and checkpoint carry metadata, and load gives it back", () => {
  const metadata = {
    title: "Iris, 3 classes",
    "labels.0": "setosa",
    "": "empty",
    unicode: "ü\n\u0000 🌸",
    constructor: "x",
  };

  test("by load, resume and files", () => {
    const made = network();
    expect({ ...Network.load(made.save({ metadata })).metadata }).toEqual(metadata);
    expect({ ...Network.resume(made.checkpoint({ metadata })).metadata }).toEqual(metadata);
    expect({ ...Network.load(made.save()).metadata }).toEqual({});
    expect({ ...made.metadata }).toEqual({});
    expect({ ...Network.load(made.save({ metadata: {} })).metadata }).toEqual({});
  });

  test("what is no text by name is refused, and so are names of the file's own", async () => {
    const made = network();
    const wrongs: unknown[] = [
      null,
      "text",
      ["a"],
      new Map(),
      { a: 1 },
      { a: null },
      { a: { b: "c" } },
      { a: undefined },
    ];
    for (const value of wrongs) {
      await expectRefusal(() => made.save({ metadata: any(value) }), SpecError, [/metadata/]);
      await expectRefusal(() => made.checkpoint({ metadata: any(value) }), SpecError, [/metadata/]);
    }
    for (const name of ["spec", "densely", "format", "progress"]) {
      const bytes = (() => {
        try {
          return made.checkpoint({ metadata: { [name]: "mine" } });
        } catch (error) {
          expect(error).toBeInstanceOf(SpecError);
          return undefined;
        }
      })();
      if (bytes) expect(Network.resume(bytes).metadata[name]).toBe("mine");
    }
  });

  test("saveFile takes it too", async () => {
    const { mkdtempSync } = await import("node:fs");
    const path = `${mkdtempSync("/tmp/densely-")}/network`;
    (saveFile as (...args: unknown[]) => void)(network(), path, { metadata });
    expect({ ...loadFile(path).metadata }).toEqual(metadata);
    await expectRefusal(
      () => (saveFile as (...args: unknown[]) => void)(network(), path, { mode: 0o600 }),
      SpecError,
      [/mode/],
    );
    expect(checkpointTo(path)).toBeTypeOf("function");
  });
});
