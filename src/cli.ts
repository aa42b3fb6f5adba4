#!/usr/bin/env node
/** The program densely: a table in, a model out. */

import { endWithReader, main } from "./cli/main.js";

endWithReader();
// Not awaited: the commands, which stand below this line in the bundle, are set up before it goes on.
void main(process.argv.slice(2));
