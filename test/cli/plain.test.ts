import { expect, test } from "vitest";
import { plain } from "../../src/cli/output/plain.js";

test("texts of files cannot move the cursor", () => {
  expect(plain("a\x1b[2Jb\x07\u202e\nc")).toBe("a\\x1b[2Jb\\x07\\x202e\nc");
});
