/** Bytes that look like flags are divided by 255 as pixels are, and a warning says so once per process. */

import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.restoreAllMocks();
  vi.resetModules();
});

test("bytes that are all 0 or 1 warn once, pixels and bytes with inputScale do not", async () => {
  vi.resetModules();
  const { dense, Network } = await import("../../src/index.js");
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const layers = [dense(1)];
  const network = new Network({ inputs: 2, layers });
  const flags = Uint8Array.of(0, 1, 1, 0);
  new Network({ inputs: 2, layers, inputScale: 1 }).fitSync(flags, [0, 1], { epochs: 1 });
  network.fitSync(Uint8Array.of(0, 200, 1, 0), [0, 1], { epochs: 1 });
  network.fitSync([0, 1, 1, 0], [0, 1], { epochs: 1 });
  expect(warn).not.toHaveBeenCalled();
  network.fitSync(flags, [0, 1], { epochs: 1 });
  network.fitSync(flags, [0, 1], { epochs: 1 });
  expect(warn).toHaveBeenCalledOnce();
  expect(warn.mock.calls[0][0]).toMatch(/no byte of x is above 1.*inputScale: 1/);
});
