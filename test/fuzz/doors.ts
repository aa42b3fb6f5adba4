/** Every public function of every door, as a call with arguments. */

import fc from "fast-check";
import { machines } from "./bullmq.js";
import type { Call } from "./call.js";
import { functions } from "./functions.js";
import { leanCalls } from "./lean.js";
import { methods } from "./methods.js";
import { searches } from "./search.js";
import { tables } from "./tables.js";

/** A call of any public function. Those that train many networks are seldom. */
export const calls: fc.Arbitrary<Call> = fc.oneof(
  { weight: 6, arbitrary: fc.oneof(...methods) },
  { weight: 6, arbitrary: fc.oneof(...functions) },
  { weight: 1, arbitrary: fc.oneof(...leanCalls) },
  { weight: 2, arbitrary: fc.oneof(...searches) },
  { weight: 2, arbitrary: fc.oneof(...tables) },
  { weight: 1, arbitrary: fc.oneof(...machines) },
);
