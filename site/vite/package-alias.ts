/** Lets the pages, and their tests, import the built package by its name, as users do. */

import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));

export const packageAlias = [
  { find: /^densely$/, replacement: `${dist}index.js` },
  { find: /^densely\/(\w+)$/, replacement: `${dist}$1.js` },
];
