/** The names of everything that the library knows, from its own tables. */

import { INITIALIZERS } from "../src/model/initializer-kinds.js";
import { ACTIVATIONS, LOSSES } from "../src/model/names.js";
import SCHEDULES from "../src/model/schedules.js";
import LAYERS from "../src/program/layers/index.js";
import OPTIMIZERS from "../src/program/optimizers.js";

/** The names of each kind, as test/conformance/vocabulary.js exports them. */
export const vocabulary: Readonly<Record<string, readonly string[]>> = {
  activations: ACTIVATIONS,
  layers: Object.keys(LAYERS),
  losses: LOSSES,
  optimizers: Object.keys(OPTIMIZERS),
  initializers: Object.keys(INITIALIZERS),
  // A custom schedule is a function of the user's, which the networks cannot know.
  schedules: Object.keys(SCHEDULES).filter((name) => name !== "custom"),
};
