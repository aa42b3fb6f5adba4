/** Checks that package.json names every entry point under the conditions of every runtime (npm run exports). */

import { expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { exportsMap, typesVersions } from "../scripts/entries.js";

test("exports names every entry point, with its conditions in order", () => {
  expect(JSON.stringify(manifest.exports, null, 1)).toBe(JSON.stringify(exportsMap(), null, 1));
  expect(manifest.typesVersions).toEqual(typesVersions());
});

test("installing runs nothing", () => {
  const scripts = Object.keys(manifest.scripts);
  expect(scripts.filter((name) => ["preinstall", "install", "postinstall"].includes(name))).toEqual([]);
  expect(manifest).not.toHaveProperty("dependencies");
});
