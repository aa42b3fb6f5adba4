/** Which build runs, what is said where none can, and the arena as a stack. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { RuntimeError } from "../../src/errors.js";
import { Core } from "../../src/machine/core.js";
import { compile, type MathBuild } from "../../src/machine/runtime/inline.js";
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
    expect(compile(strict)).toBe(compile(strict));
  });

  test("missing WebAssembly is named", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    await expectError(() => new Core(copyOf(strict)), RuntimeError, ["no WebAssembly", "SIMD"]);
  });

  test("a content security policy is named, with the remedy", async () => {
    const Refused = class {
      constructor() {
        throw new Error("blocked");
      }
    };
    vi.stubGlobal("WebAssembly", { ...WebAssembly, validate: () => true, Module: Refused });
    await expectError(() => new Core(copyOf(strict)), RuntimeError, ["(blocked)", "'wasm-unsafe-eval'"]);
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
