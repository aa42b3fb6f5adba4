/**
 * e^x and ln x of additions, multiplications and divisions alone, which every engine rounds alike: Math.exp and Math.log
 * differ among engines in their last bits, and with them the settings that are drawn. Both are within 2 ulp of the truth.
 */

/** ln 2 in two parts, of which the first has so few bits that its products with exponents are exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LN2 = LN2_HIGH + LN2_LOW;

/** One number and its bits. */
const BITS = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8));

/** 2^k for k from -1022 to 1023, by its bits. */
function powerOfTwo(k: number): number {
  BITS.setFloat64(0, 0);
  BITS.setUint16(0, (k + 1023) << 4);
  return BITS.getFloat64(0);
}

/** e^x = 2^k · e^r with |r| <= ln 2 / 2, and e^r by its series. */
export function exp(x: number): number {
  if (x > 709.78) return Infinity;
  if (x < -708) return 0;
  const k = Math.round(x / LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  // Horner's scheme for Σ rⁿ/n!.
  for (let n = 15; n > 0; n--) sum = 1 + (r * sum) / n;
  return k > 1023 ? sum * 2 * powerOfTwo(k - 1) : sum * powerOfTwo(k);
}

/** ln x = e·ln 2 + ln m with √½ <= m < √2, and ln m = 2·Σ s^(2k+1)/(2k+1) of s = (m - 1)/(m + 1). For normal x > 0. */
export function ln(x: number): number {
  BITS.setFloat64(0, x);
  let e = (BITS.getUint16(0) >> 4) - 1023;
  BITS.setUint16(0, (BITS.getUint16(0) & 0x000f) | (1023 << 4));
  let m = BITS.getFloat64(0);
  if (m > Math.SQRT2) {
    m /= 2;
    e++;
  }
  const s = (m - 1) / (m + 1);
  let sum = 0;
  for (let k = 12; k > 0; k--) sum = s * s * (1 / (2 * k + 1) + sum);
  return e * LN2_HIGH + (e * LN2_LOW + 2 * s * sum + 2 * s);
}
