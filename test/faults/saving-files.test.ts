/** saveFile replaces regular files as wholes, keeps what they are, and touches nothing else. */

import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { threadId } from "node:worker_threads";
import { beforeEach, describe, expect, test } from "vitest";
import { Network } from "../../src/index.js";
import { checkpointTo, loadFile, resumeFile, saveCheckpoint, saveFile } from "../../src/node.js";
import { until } from "../helpers.js";
import { ending } from "./tools.js";

const network = new Network([3, 4, 2]);
const isRoot = process.getuid?.() === 0;
const posix = describe.skipIf(process.platform === "win32");

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "densely-save-"));
});
const place = (name: string) => join(folder, name);
const modeOf = (path: string) => statSync(path).mode & 0o7777;
/** All entries but those that were there on purpose. */
const others = (...names: string[]) => readdirSync(folder).filter((name) => !names.includes(name));

/** Each way to write a file, and to read it again. */
const ways: [string, (path: string) => void, (path: string) => Network][] = [
  ["saveFile", (path) => saveFile(network, path), loadFile],
  ["saveCheckpoint", (path) => saveCheckpoint(network, path), resumeFile],
  ["checkpointTo", (path) => checkpointTo(path)(network.checkpoint()), resumeFile],
];

posix("A file that is replaced keeps what it is", () => {
  test.each(ways)("%s keeps its mode", (_, save, load) => {
    for (const mode of [0o600, 0o640, 0o644, 0o666, 0o400, 0o755]) {
      const path = place(`mode-${mode.toString(8)}`);
      writeFileSync(path, "old");
      chmodSync(path, mode);
      save(path);
      expect(modeOf(path).toString(8)).toBe(mode.toString(8));
      expect(load(path).spec.inputs).toBe(3);
    }
  });

  test.each(ways)("%s makes a new one as the process makes files", (_, save) => {
    save(place("new"));
    writeFileSync(place("like"), "");
    expect(modeOf(place("new"))).toBe(modeOf(place("like")));
    expect(others("new", "like")).toEqual([]);
  });

  test.runIf(isRoot).each(ways)("%s keeps its owner and group", (_, save) => {
    const path = place("owned");
    writeFileSync(path, "old");
    chownSync(path, 1234, 2345);
    chmodSync(path, 0o640);
    save(path);
    const { uid, gid } = statSync(path);
    expect({ uid, gid, mode: modeOf(path) }).toEqual({ uid: 1234, gid: 2345, mode: 0o640 });
  });

  test("a file of other names is left to them: a hard link keeps the old bytes or has the new ones, whole", () => {
    const path = place("one");
    saveFile(new Network([1, 1]), path);
    linkSync(path, place("two"));
    saveFile(network, path);
    expect([1, 3]).toContain(loadFile(place("two")).spec.inputs);
    expect(loadFile(path).spec.inputs).toBe(3);
  });
});

posix("Links are followed", () => {
  test.each(ways)("%s writes the file that a link leads to, and the link stays", (_, save, load) => {
    mkdirSync(place("far"));
    writeFileSync(place("far/target"), "old");
    chmodSync(place("far/target"), 0o600);
    const links = {
      absolute: place("far/target"),
      relative: "far/target",
      chain: "relative",
      dangling: "far/new",
    };
    for (const [name, target] of Object.entries(links)) symlinkSync(target, place(name));
    for (const [name, target] of Object.entries(links)) {
      save(place(name));
      expect(lstatSync(place(name)).isSymbolicLink(), name).toBe(true);
      expect(readlinkSync(place(name))).toBe(target);
      expect(load(place(name)).spec.inputs).toBe(3);
    }
    expect(modeOf(place("far/target"))).toBe(0o600);
    expect(load(place("far/new")).spec.inputs).toBe(3);
    expect(readdirSync(place("far")).sort()).toEqual(["new", "target"]);
    expect(others("far", ...Object.keys(links))).toEqual([]);
  });

  test("a link to itself is an error, and stays", () => {
    symlinkSync("loop", place("loop"));
    expect(() => saveFile(network, place("loop"))).toThrow();
    expect(lstatSync(place("loop")).isSymbolicLink()).toBe(true);
  });
});

posix("What is no regular file is not replaced", () => {
  const save = (path: string) =>
    ending(`
    const network = new doors.Network([3, 4, 2]);
    try { doors.saveFile(network, ${JSON.stringify(path)}); console.log("saved"); } catch (error) { console.log(error.name, error.message); }`);

  test("a fifo", async () => {
    const path = place("fifo");
    execFileSync("mkfifo", [path]);
    const { code, output } = await save(path);
    expect(code).toBe(0);
    expect(output).toMatch(/saved|Error/);
    expect(lstatSync(path).isFIFO()).toBe(true);
    expect(others("fifo")).toEqual([]);
  });

  test.runIf(isRoot)("a device", async () => {
    const path = place("null");
    try {
      execFileSync("mknod", [path, "c", "1", "3"], { stdio: "ignore" });
    } catch {
      // A container may not make devices.
      return;
    }
    await save(path);
    expect(lstatSync(path).isCharacterDevice()).toBe(true);
    symlinkSync(path, place("link"));
    await save(place("link"));
    expect(lstatSync(path).isCharacterDevice()).toBe(true);
    expect(lstatSync(place("link")).isSymbolicLink()).toBe(true);
  });

  test("a socket", async () => {
    const { createServer } = await import("node:net");
    const path = place("socket");
    const server = createServer().listen(path);
    await new Promise((resolve) => server.on("listening", resolve));
    await save(path);
    expect(lstatSync(path).isSocket()).toBe(true);
    server.close();
  });

  test("a folder", () => {
    mkdirSync(place("folder"));
    expect(() => saveFile(network, place("folder"))).toThrow();
    expect(lstatSync(place("folder")).isDirectory()).toBe(true);
    expect(others("folder")).toEqual([]);
  });
});

posix("The temporary file is nobody else's", () => {
  test("a planted link is not followed", () => {
    const victim = place("victim");
    writeFileSync(victim, "precious");
    const names = new Set([
      `${process.pid}-${threadId}.tmp`,
      `${process.pid}.tmp`,
      "tmp",
      `${process.pid}-0.tmp`,
    ]);
    for (const name of names) symlinkSync(victim, place(`model.${name}`));
    for (const [, save] of ways) save(place("model"));
    expect(readFileSync(victim, "utf8")).toBe("precious");
    expect(resumeFile(place("model")).spec.inputs).toBe(3);
  });

  test("a file of that name is not overwritten", () => {
    const names = [`${process.pid}-${threadId}.tmp`, `${process.pid}.tmp`, "tmp"].map((name) =>
      place(`model.${name}`),
    );
    for (const name of names) writeFileSync(name, "mine");
    saveFile(network, place("model"));
    for (const name of names) expect(readFileSync(name, "utf8"), basename(name)).toBe("mine");
  });

  test("two processes of one number do not tear each other's files", async () => {
    const path = place("shared");
    saveFile(network, path);
    const writer = (inputs: number) =>
      ending(`
        Object.defineProperty(process, "pid", { value: 7 });
        const network = new doors.Network([${inputs}, 300, 2]);
        for (let save = 0; save < 150; save++) doors.saveFile(network, ${JSON.stringify(path)});
        console.log("done");`);
    let areDone = false;
    const writers = Promise.all([writer(40), writer(90), writer(140)]).finally(() => {
      areDone = true;
    });
    // The first file at first, and that of the last writer at the end: each is whole.
    const seen = new Set([loadFile(path).spec.inputs]);
    await until(() => seen.add(loadFile(path).spec.inputs) && areDone);
    for (const { code, output } of await writers)
      expect({ code, output }).toEqual({ code: 0, output: "done\n" });
    seen.add(loadFile(path).spec.inputs);
    expect(seen.size).toBeGreaterThan(1);
    expect(others("shared")).toEqual([]);
  });

  test("what killed processes have left is swept by a later save, and nothing else", async () => {
    const path = place("model");
    // A process that ends itself within a save, as soon as the bytes are written.
    await ending(`
      import fs from "node:fs";
      import { syncBuiltinESMExports } from "node:module";
      fs.fsyncSync = () => process.kill(process.pid, "SIGKILL");
      syncBuiltinESMExports();
      doors.saveFile(new doors.Network([3, 4, 2]), ${JSON.stringify(path)});`);
    const left = others();
    expect(left).toEqual([expect.stringMatching(/\.tmp$/)]);
    const own = ["model.backup", "model.tmp", "other.tmp", `other.${left[0].split(".").slice(1).join(".")}`];
    for (const name of own) writeFileSync(place(name), "mine");
    const days = new Date(Date.now() - 3 * 86_400_000);
    for (const name of readdirSync(folder)) utimesSync(place(name), days, days);
    saveFile(network, path);
    expect(others("model").sort()).toEqual([...own].sort());
    expect(loadFile(path).spec.inputs).toBe(3);
  });

  test("names differ from save to save", async () => {
    const path = place("watched");
    const { watch } = await import("node:fs");
    const names = new Set<string>();
    const watcher = watch(folder, (_, name) => name && name !== "watched" && names.add(name));
    for (let save = 1; save <= 5; save++) {
      saveFile(network, path);
      await until(() => names.size >= save);
    }
    watcher.close();
    expect(names.size).toBe(5);
    for (const name of names) expect(existsSync(place(name))).toBe(false);
  });
});

posix("A folder that may be written and not listed", () => {
  test("takes a file", async () => {
    mkdirSync(place("closed"));
    const path = join(place("closed"), "model");
    chmodSync(folder, 0o755);
    const identity = isRoot ? { uid: 65534, gid: 65534 } : {};
    if (isRoot) chownSync(place("closed"), 65534, 65534);
    chmodSync(place("closed"), 0o300);
    const script = `doors.saveFile(new doors.Network([3, 4, 2]), ${JSON.stringify(path)}); console.log("saved");`;
    const { code, output } = await ending(script, identity);
    chmodSync(place("closed"), 0o700);
    expect({ code, output }).toEqual({ code: 0, output: "saved\n" });
    expect(readdirSync(place("closed"))).toEqual(["model"]);
  });
});
