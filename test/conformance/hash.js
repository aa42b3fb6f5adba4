import { HASHES } from "./expected.js";
import { networks } from "./networks.js";

async function sha256(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** All parameters as float32 bytes. @throws if one is not finite, because engines differ in the bits of NaN. */
function bytesOf(params) {
  const values = Object.values(params).flatMap((array) => Array.from(array));
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new Error(`it ended with the weight ${wrong}`);
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** Trains the fixed networks. @returns the SHA-256 of the trained weights of each, by name. */
export async function hashWeights(library) {
  /** @type {Record<string, string>} */
  const hashes = {};
  for (const [name, train] of Object.entries(networks(library))) {
    try {
      hashes[name] = await sha256(bytesOf(train()));
    } catch (error) {
      throw new Error(`the network "${name}" fails: ${error.message}`, { cause: error });
    }
  }
  return hashes;
}

/** One hash for a table of hashes: the SHA-256 of its hashes in the order of expected.js, one per line. */
export async function totalOf(hashes) {
  const names = new Set([...Object.keys(HASHES), ...Object.keys(hashes)]);
  const lines = [...names].flatMap((name) => hashes[name] ?? []);
  return sha256(new TextEncoder().encode(lines.join("\n")));
}

/** Names every network whose hash is not the one in expected.js, one sentence each. */
export function differences(hashes) {
  const names = new Set([...Object.keys(HASHES), ...Object.keys(hashes)]);
  return [...names].flatMap((name) => {
    const [expected, actual] = [HASHES[name], hashes[name]];
    if (expected === actual) return [];
    if (!expected) return `"${name}" has no line in test/conformance/expected.js: run npm run conformance.`;
    if (!actual) return `"${name}" is in test/conformance/expected.js, and no network has that name.`;
    return `"${name}" ended with the weights ${actual.slice(0, 12)} and not ${expected.slice(0, 12)}.`;
  });
}
