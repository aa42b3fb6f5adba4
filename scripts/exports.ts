/** npm run exports: writes the fields of package.json that follow from the entry points. */

import { readFileSync, writeFileSync } from "node:fs";
import { exportsMap, typesVersions } from "./entries.js";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
Object.assign(manifest, { exports: exportsMap(), typesVersions: typesVersions() });
writeFileSync("package.json", `${JSON.stringify(manifest, null, 2)}\n`);
