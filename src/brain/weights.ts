/** Draws initial weights, one after the other. */
export type Draw = () => number;

/** Random numbers of 32 bits (mulberry32, T. Ettinger, 2017), from 0 to below 1. */
function seeded(seed: number): Draw {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws weights from -0.2 to 0.2, uniformly, as brain.js does. @param seed undefined for Math.random. */
export function drawer(seed: number | undefined): Draw {
  const random = seed === undefined ? Math.random : seeded(seed);
  return () => random() * 0.4 - 0.2;
}

/** A vector of drawn weights. */
export function drawVector(draw: Draw, length: number): Float32Array {
  return Float32Array.from({ length }, draw);
}
