/** The SHA-256 of all trained weights, in strict math, on every engine. `npm run test:runtimes -- --write` renews it. */
export const HASH = "7f6b2fdc43923adbd83c90ac7fc99de71bca464b6a2b1474ec6ff23f33b963e9";
