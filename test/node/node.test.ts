import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FormatError } from "../../src/errors.js";
import { Network } from "../../src/index.js";
import { loadFile, saveFile } from "../../src/node.js";
import { bundle } from "../bundle.js";
import { expectError, expectSameBits, floats } from "../helpers.js";

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

  it("leaves the old file or the new one, complete", () => {
    const [old, next] = [0, 1].map((seed) =>
      new Network({ inputs: 70, layers: [{ units: 70 }], seed }).save(),
    );
    const [path, source] = ["killed", "source"].map((name) => join(folder, `${name}.safetensors`));
    writeFileSync(source, next);
    const seen: Uint8Array[] = [];
    let isKilled = true;
    for (let call = 0; isKilled; call++) {
      writeFileSync(path, old);
      const { signal, status } = spawnSync(process.execPath, [writer, path, source, String(call)]);
      isKilled = signal === "SIGKILL";
      if (!isKilled) expect(status).toBe(0);
      seen.push(new Uint8Array(readFileSync(path)));
    }
    // The old one until the renaming, which some calls come before and after.
    const isNew = seen.map((bytes) => Buffer.compare(bytes, next) === 0);
    const renamed = isNew.indexOf(true);
    expect(renamed).toBeGreaterThan(3);
    expect(isNew.length).toBeGreaterThan(renamed + 1);
    expect(isNew.slice(renamed)).not.toContain(false);
    for (const bytes of seen.slice(0, renamed)) expect(Buffer.compare(bytes, old)).toBe(0);
  });
});
