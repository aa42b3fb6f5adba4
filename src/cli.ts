#!/usr/bin/env node
/** The program densely: a table in, a model out. */

import { main } from "./cli/main.js";

await main(process.argv.slice(2));
