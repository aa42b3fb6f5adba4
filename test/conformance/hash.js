import { networks } from "./networks.js";

async function sha256(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The parameters one after the other. @throws if one is not finite: what bits NaN has is left to the engine. */
function bytesOf(params, name) {
  const values = Object.values(params).flatMap((array) => Array.from(array));
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new Error(`${name} ended with the weight ${wrong}`);
  return new Uint8Array(Float32Array.from(values).buffer);
}

/**
 * Trains the fixed networks.
 * @returns the SHA-256 of the weights of each, and of all.
 */
export async function hashWeights(library) {
  const parts = {};
  for (const [name, train] of Object.entries(networks(library))) {
    parts[name] = await sha256(bytesOf(train(), name));
  }
  return { parts, hash: await sha256(new TextEncoder().encode(Object.values(parts).join("\n"))) };
}
