/** The layers of densely/core. */

import activation from "./activation.js";
import dense from "./dense.js";
import dropout from "./dropout.js";

export * from "./activation.js";
export * from "./dense.js";
export * from "./dropout.js";

const BASIC_LAYERS = { dense, activation, dropout };

export default BASIC_LAYERS;
