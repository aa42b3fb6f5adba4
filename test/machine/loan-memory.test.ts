/** Networks that share instances: their memory is freed and used again, and what happens when the host grants no more. */

import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, test, vi } from "vitest";
import { expectSameBits } from "../helpers.js";
import { fitMany, libraryOn, living, MB, made, make, makeLarge, x, y } from "./few-memories.js";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/**
 * Expects that all memories but `count` are collected: the host says when. It keeps what a WeakRef has given until promises were
 * served, so each look is followed by one.
 */
async function expectLiving(count: number): Promise<void> {
  for (let looks = 0; looks < 400 && living() !== count; looks++) {
    await turn();
    collect();
    await turn();
  }
  expect(living()).toBe(count);
}

describe("memory", () => {
  test("of a network whose pages others have: the copy, and 0 after dispose", async () => {
    const library = await libraryOn(2);
    const networks = Array.from({ length: 12 }, (_, seed) => makeLarge(library, seed));
    const [first, second, third] = networks;
    expect(first.memoryBytes).toBeGreaterThan(MB);
    expect(first.memoryBytes % 2 ** 16).toBeGreaterThan(0);
    const { loss } = second.evaluate(x, y);
    first.dispose();
    expect(first.memoryBytes).toBe(0);
    expect(() => first.predict(x)).toThrow("disposed");
    third.dispose();
    expect(second.evaluate(x, y).loss).toBe(loss);
  });

  test("is used again after dispose", async () => {
    const library = await libraryOn(Infinity);
    for (let seed = 0; seed < 100; seed++) {
      using network = make(library, seed);
      network.fitSync(x, y);
    }
    expect(made()).toBe(1);
  });

  test("is freed after dispose, up to a few instances", async () => {
    const library = await libraryOn(Infinity);
    const networks = Array.from({ length: 70 }, (_, seed) => make(library, seed));
    for (const network of networks) network.predict(x);
    expect(living()).toBe(64);
    for (const network of networks) network.dispose();
    await expectLiving(8);
  });

  test("is freed after its networks were collected, up to a few instances", async () => {
    const library = await libraryOn(Infinity);
    const use = () => {
      const networks = Array.from({ length: 70 }, (_, seed) => makeLarge(library, seed));
      for (const network of networks) network.predict(x);
    };
    const kept = make(library, 100);
    const before = kept.predict(x);
    use();
    await expectLiving(1);
    expectSameBits(kept.predict(x), before);
  });

  test("of networks that are too large to share is not held, before the host tells that they were collected", async () => {
    class Silent {
      register(): void {}
    }
    vi.stubGlobal("FinalizationRegistry", Silent);
    const library = await libraryOn(Infinity);
    for (let seed = 0; seed < 4; seed++) fitMany(make(library, seed));
    make(library, 9).predict(x);
    await expectLiving(1);
  });
});

describe("errors", () => {
  test("no instance at all", async () => {
    const library = await libraryOn(0);
    expect(() => make(library, 1).predict(x)).toThrow("The host grants no memory for another network");
  });

  test("no room for what a network comes back with: it is still there later", async () => {
    const library = await libraryOn(2);
    const networks = Array.from({ length: 12 }, (_, seed) => makeLarge(library, seed));
    const small = make(library, 9);
    small.predict(x);
    const { grow } = WebAssembly.Memory.prototype;
    const spy = vi.spyOn(WebAssembly.Memory.prototype, "grow").mockImplementation(function (
      this: WebAssembly.Memory,
      pages: number,
    ) {
      if (pages > 0) throw new RangeError("no");
      return grow.call(this, pages);
    });
    const away = networks.filter(({ memoryBytes }) => memoryBytes % 2 ** 16 > 0);
    expect(away.length).toBeGreaterThan(2);
    expectSameBits(small.predict(x), small.predict(x));
    spy.mockRestore();
    for (const [seed, network] of networks.entries())
      expectSameBits(network.predict(x), make(library, seed).predict(x));
  });

  test("no room for a copy: the network that has the memory keeps it", async () => {
    const library = await libraryOn(2);
    const networks = Array.from({ length: 12 }, (_, seed) => makeLarge(library, seed));
    const results = networks.map((network) => network.predict(x));
    const Array8 = Uint8Array;
    vi.stubGlobal(
      "Uint8Array",
      new Proxy(Array8, {
        construct(target, given: unknown[], NewTarget) {
          if (typeof given[0] === "number" && given[0] > MB / 2)
            throw new RangeError("Array buffer allocation failed");
          return Reflect.construct(target, given, NewTarget);
        },
      }),
    );
    expect(() => makeLarge(library, 3)).toThrow("Array buffer allocation failed");
    vi.stubGlobal("Uint8Array", Array8);
    networks.forEach((network, i) => {
      expectSameBits(network.predict(x), results[i]);
    });
  });
});
