/** The SHA-256 of all trained weights, in strict math, on every engine. `npm run test:runtimes -- --write` renews it. */
export const HASH = "5ba35d16e3442d2cef77e4394cc99f819e7e90b983820efb391558d9dec32efb";
