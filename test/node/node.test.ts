import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { FormatError } from "../../src/errors.js";
import { Network } from "../../src/index.js";
import { loadFile, saveFile } from "../../src/node.js";
import { bundle } from "../bundle.js";
import { expectError, expectSameBits, floats, generator } from "../helpers.js";

const folder = mkdtempSync(join(tmpdir(), "densely-node-"));

describe("saveFile and loadFile", () => {
  it("carry a network through a file", () => {
    const path = join(folder, "small.safetensors");
    const network = new Network([3, 4, 2]);
    saveFile(network, path);
    const back = loadFile(path);
    expect(back.spec).toEqual(network.spec);
    const x = floats(6, 1);
    expectSameBits(back.predict(x), network.predict(x));
    saveFile(new Network([2, 1]), path);
    expect(loadFile(path).spec.inputs).toBe(2);
    expect(readdirSync(folder)).toEqual(["small.safetensors"]);
  });

  it("name the file that is broken", async () => {
    const path = join(folder, "broken.safetensors");
    writeFileSync(path, new Network([3, 1]).save().subarray(0, -1));
    await expectError(() => loadFile(path), FormatError, [path, "layers.0.bias"]);
    expect(() => loadFile(join(folder, "none"))).toThrow(/ENOENT.*none/);
  });

  it("leave no file behind if they fail", () => {
    const place = join(folder, "place");
    mkdirSync(place);
    expect(() => saveFile(new Network([3, 1]), place)).toThrow(/is a folder/);
    expect(() => saveFile(new Network([3, 1]), join(folder, "none", "file"))).toThrow(/ENOENT/);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("a process killed while it saves", () => {
  const writer = bundle({ path: "test/node/writer.ts" });

  it("leaves the old file or the new one, complete", async () => {
    const sources = [0, 1].map((seed) => {
      const source = join(folder, `source${seed}`);
      saveFile(new Network({ inputs: 700, layers: [{ units: 700 }], seed }), source);
      return source;
    });
    const contents = sources.map((source) => readFileSync(source));
    const path = join(folder, "killed.safetensors");
    const next = generator(5);
    let interrupted = 0;
    // Ten kills, and more until three of them were within a save.
    for (let kill = 0; kill < 10 || (interrupted < 3 && kill < 25); kill++) {
      const child = spawn(process.execPath, [writer, path, ...sources]);
      await once(child.stdout, "data");
      await sleep(next() * 20);
      child.kill("SIGKILL");
      await once(child, "exit");
      const bytes = readFileSync(path);
      expect(contents.some((content) => content.equals(bytes))).toBe(true);
      interrupted = readdirSync(folder).filter((name) => /^\.densely-.*\.tmp$/.test(name)).length;
    }
    expect(loadFile(path).spec.inputs).toBe(700);
    // Otherwise no process died within a save, and nothing was tested.
    expect(interrupted).toBeGreaterThan(0);
  }, 60_000);
});
