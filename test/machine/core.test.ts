/** Which build runs, what is said where none can, and the arena as a stack. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { RuntimeError } from "../../src/errors.js";
import type { MathBuild } from "../../src/machine/build.js";
import { Core } from "../../src/machine/core.js";
import { compileModule } from "../../src/machine/runtime/inline.js";
import { compileModule as fromFile } from "../../src/machine/runtime/workerd.js";
import { strict } from "../../src/machine/strict.js";
import { relaxed } from "../../src/relaxed.js";
import { expectError } from "../helpers.js";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Builds are compiled once: a copy is compiled anew. */
const copyOf = (build: MathBuild): MathBuild => ({ ...build });

describe("the build", () => {
  test("is the strict one by default and the relaxed one on request", () => {
    expect(new Core().math).toBe("strict");
    expect(new Core(relaxed).math).toBe("relaxed");
  });

  test("is the strict one where the engine does not know relaxed SIMD", () => {
    new Core(strict);
    vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
    expect(new Core(copyOf(relaxed)).math).toBe("strict");
  });

  test("is compiled once", () => {
    expect(compileModule(strict)).toBe(compileModule(strict));
  });

  test("is what the bundler put there under the condition workerd", () => {
    const module = compileModule(strict);
    expect(fromFile({ name: "strict", code: module })).toBe(module);
  });
});

/** WebAssembly as a host has it that refuses one of its constructors. */
function refuse(name: "Module" | "Instance", reason: string): void {
  const Refused = class {
    constructor() {
      throw new Error(reason);
    }
  };
  const { Module, Instance, Memory, Table } = WebAssembly;
  const host = { Module, Instance, Memory, Table, validate: () => true, [name]: Refused };
  vi.stubGlobal("WebAssembly", host);
}

describe("a refusal says what is wrong and what to do", () => {
  const engine = { userAgent: "Mozilla/5.0 (TV) Chrome/79.0" };

  test("no WebAssembly", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    vi.stubGlobal("navigator", undefined);
    const words = [`Node.js ${process.version}`, "no WebAssembly", "lockdown", "Safari 16.4"];
    await expectError(() => new Core(), RuntimeError, words);
  });

  test("no SIMD: which engine, and since when there is", async () => {
    vi.stubGlobal("navigator", engine);
    vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
    const since = [
      "Chrome and Edge 94",
      "Firefox 93",
      "Safari 16.4",
      "Node.js 16.11",
      "Deno 1.14",
      "Bun 1.0",
    ];
    vi.resetModules();
    const fresh = await import("../../src/machine/core.js");
    const errors = await import("../../src/errors.js");
    const words = ["(Mozilla/5.0 (TV) Chrome/79.0)", "without SIMD", ...since];
    await expectError(() => new fresh.Core(), errors.RuntimeError, words);
  });

  test("a Content-Security-Policy", async () => {
    refuse("Module", "'unsafe-eval' is not an allowed source of script");
    const words = ["'unsafe-eval' is not an allowed", "Content-Security-Policy", "add 'wasm-unsafe-eval'"];
    await expectError(() => new Core(copyOf(strict)), RuntimeError, words);
  });

  test("a host that takes modules from files only", async () => {
    refuse("Module", "Wasm code generation disallowed by embedder");
    const words = ["from bytes", "disallowed by embedder", '"workerd"', ".wasm files"];
    await expectError(() => new Core(copyOf(strict)), RuntimeError, words);
  });

  test("no memory for one more network", async () => {
    refuse("Instance", "Out of memory: Cannot allocate Wasm memory for new instance");
    await expectError(() => new Core(), RuntimeError, ["(Out of memory", "call dispose"]);
  });
});

describe("the arena", () => {
  test("starts behind the core's own tables and gives aligned, zeroed blocks", () => {
    const { arena } = new Core();
    const first = arena.top;
    expect(first).toBeGreaterThan(1024);
    expect(first % 64).toBe(0);
    arena.take(first + 100);
    expect(arena.top).toBe(first + 128);
    arena.bytesAt(first, 100).fill(7);
    arena.release(first);
    arena.take(first + 50);
    expect(arena.bytesAt(first, 50).every((byte) => byte === 0)).toBe(true);
  });

  test("grows, and views made anew see what was there", () => {
    const { arena } = new Core();
    const first = arena.top;
    arena.take(first + 8);
    arena.doublesAt(first, 1)[0] = 1.5;
    const { bytes } = arena;
    arena.take(first + 2 ** 22);
    expect(arena.bytes).toBeGreaterThan(bytes);
    expect(arena.doublesAt(first, 1)[0]).toBe(1.5);
  });

  test("says what was needed where the host grants no more", async () => {
    const { arena } = new Core();
    const { top } = arena;
    await expectError(() => arena.take(5 * 2 ** 30), RuntimeError, ["5120 MB", "smaller batchSize"]);
    expect(arena.top).toBe(top);
  });
});
