/** The SHA-256 of all trained weights, in strict math, on every engine. `npm run test:runtimes -- --write` renews it. */
export const HASH = "0d14b7869b2b1b4b2059062678c617baafb1de81aadd1c52a680a4f17fe57319";
