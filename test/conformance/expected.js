/** The SHA-256 of all trained weights, in strict math, on every engine. `npm run test:runtimes -- --write` renews it. */
export const HASH = "f4c8eab4896376451599d0b4c6053053fff65c95b08d1f93347c2bbc49f12778";
