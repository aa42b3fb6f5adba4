/** Calls of densely/bullmq that end before anything is sent: there is no Redis. */

import type fc from "fast-check";
import { cluster, source, work } from "../../src/bullmq.js";
import { name, whole } from "./arguments.js";
import { type Call, plain } from "./call.js";
import { named } from "./odd.js";
import { mostly, options } from "./values.js";

const connection = mostly([named("a closed port", () => ({ host: "127.0.0.1", port: 1 }))]);
const prefix = mostly([named("a prefix", () => "fuzz"), named("a:b", () => "a:b")]);
const sha256 = mostly([named("a SHA-256", () => "0".repeat(64))]);
const place = mostly([
  named("a path", () => "/data/x"),
  named("an address", () => new URL("https://host/x")),
]);

/** A worker waits for a Redis that is not there, and so its options are always wrong. */
const refused = (given: unknown) => (typeof given === "object" ? { ...given, prefix: "a:b" } : given);

export const machines: readonly fc.Arbitrary<Call>[] = [
  plain("source", [place, options({ sha256, type: name("Float32Array") })], source),
  plain("cluster", [options({ connection, prefix, expiry: whole(1, 9) })], cluster),
  plain("work", [connection, options({ concurrency: whole(1, 2), maxBytes: whole(1, 9) })], (given, more) =>
    work(given as never, refused(more ?? {}) as never),
  ),
];
