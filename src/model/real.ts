/**
 * Real functions made of + - * / alone. ECMAScript leaves the last bits of Math.cos, Math.exp and ** to the engine, but
 * learning rates must be the same everywhere. Relative errors are below 1e-13 for the arguments that schedules use.
 */

/** e^x: halves x until the Taylor series converges fast, then squares the result as often. */
export function exp(x: number): number {
  let halvings = 0;
  for (; Math.abs(x) > 0.25; halvings++) x /= 2;
  let sum = 1;
  for (let k = 14; k > 0; k--) sum = 1 + (sum * x) / k;
  for (; halvings > 0; halvings--) sum *= sum;
  return sum;
}

/** ln x = k·ln 2 + 2·artanh((m - 1) / (m + 1)) for x = m·2^k with m near 1. */
export function ln(x: number): number {
  let k = 0;
  for (; x > 1.5; k++) x /= 2;
  for (; x < 0.75; k--) x *= 2;
  const r = (x - 1) / (x + 1);
  let sum = 0;
  for (let n = 21; n > 0; n -= 2) sum = 1 / n + sum * r * r;
  return k * Math.LN2 + 2 * r * sum;
}

/** base^exponent for base >= 0; by repeated squaring if the exponent is whole. */
export function power(base: number, exponent: number): number {
  if (!Number.isInteger(exponent)) return base === 0 ? 0 : exp(exponent * ln(base));
  let result = 1;
  for (let n = exponent; n > 0; n = Math.floor(n / 2), base *= base) if (n % 2) result *= base;
  return result;
}

/** cos(π·t) for t from 0 to 1: the Taylor series up to 1/2, and by symmetry above it. */
function cosine(t: number): number {
  if (t > 0.5) return -cosine(1 - t);
  const square = (Math.PI * t) ** 2;
  let sum = 1;
  for (let k = 22; k > 0; k -= 2) sum = 1 - (sum * square) / (k * (k - 1));
  return sum;
}

/** From `high` to `low` along half a cosine, for t from 0 to 1. */
export const anneal = (high: number, low: number, t: number): number =>
  low + ((high - low) * (1 + cosine(t))) / 2;

/** Half cosines up and down between 0 and `high`: 0 where t is whole, `high` half way. */
export const wave = (high: number, t: number): number => anneal(0, high, 2 * Math.min(t % 1, 1 - (t % 1)));

/** log₂ x for x above 0. */
export const log2 = (x: number): number => ln(x) / Math.LN2;

/**
 * The round that step t is in, and the share of it that is over. Round r takes steps · growth^r steps. Rounds are counted
 * in powers of two, the largest first, because a growth near 1 makes many of them.
 */
export function roundAt(t: number, steps: number, growth: number): { round: number; share: number } {
  // Entry k: growth^(2^k), and the steps of the first 2^k rounds.
  const doublings = [{ factor: growth, length: steps }];
  for (let last = doublings[0]; last.length <= t; ) {
    last = { factor: last.factor * last.factor, length: last.length * (1 + last.factor) };
    doublings.push(last);
  }
  let round = 0;
  let scale = 1;
  let left = t;
  for (let k = doublings.length - 1; k >= 0; k--) {
    const { factor, length } = doublings[k];
    if (left < scale * length) continue;
    left -= scale * length;
    scale *= factor;
    round += 2 ** k;
  }
  return { round, share: left / (scale * steps) };
}

/** sin(2π·t): by cos(π·u) with u = 2t - 1/2, brought to 0 to 1 by period and symmetry. */
export function sineOfTurn(t: number): number {
  const u = Math.abs(2 * t - 0.5 - 2 * Math.round(t - 0.25));
  return cosine(u);
}
