/** Replaces the core by the build with assertions, and puts canaries behind every block of memory. */

import { vi } from "vitest";

vi.mock("../../src/machine/runtime/inline.js", () => import("./module.js"));
vi.mock("../../src/machine/instantiate.js", () => import("./instantiate.js"));
vi.mock("../../src/program/placement.js", async (original) => {
  const { guardPlacement } = await import("./canaries.js");
  return guardPlacement(await original());
});
// Canaries belong to a memory: each network has one of its own.
vi.mock("../../src/machine/loan.js", () => ({ Loan: { for: () => undefined } }));
vi.mock("../../src/machine/arena.js", async (original) => {
  const { guardArena } = await import("./canaries.js");
  return guardArena(await original());
});
