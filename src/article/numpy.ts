/**
 * np.random.seed and np.random.randn of NumPy's legacy generator: the Mersenne Twister (Matsumoto and Nishimura, 1998) and
 * Marsaglia's polar method, which keeps its second number for the next call. Only + - * / and square roots are used, which
 * every engine rounds alike.
 */

const WORDS = 624;
const MIDDLE = 397;

// ln 2 in two parts, then the polynomial of ln(1 + f) by s² = (f / (2 + f))², from fdlibm's e_log.c (Sun, 1993).
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LN = [
  0.14798198605116586, 0.15313837699209373, 0.1818357216161805, 0.22222198432149784, 0.2857142874366239,
  0.3999999999940942, 0.6666666666666735,
];

const bits = new DataView(new ArrayBuffer(8));

/** ln x of a positive normal number, to less than 1 ulp. Math.log may differ between engines. */
export function ln(x: number): number {
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  bits.setUint32(0, (high & 0x000fffff) | 0x3ff00000);
  let k = (high >>> 20) - 1023;
  let m = bits.getFloat64(0);
  if (m > Math.SQRT2) {
    m /= 2;
    k++;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const R = LN.reduce((sum, coefficient) => (sum + coefficient) * s * s, 0);
  const square = 0.5 * f * f;
  return k * LN2_HIGH - (square - (s * (square + R) + k * LN2_LOW) - f);
}

/** The part of np.random.RandomState(seed) that randn needs. */
export class RandomState {
  readonly #words = new Uint32Array(WORDS);
  #next = WORDS;
  #spare: number | undefined;

  /** @param seed a whole number from 0 to below 2³². */
  constructor(seed: number) {
    const words = this.#words;
    words[0] = seed;
    for (let i = 1; i < WORDS; i++) {
      const previous = words[i - 1];
      words[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  /** Draws the next number of the standard normal distribution. */
  randn(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    let x = 0;
    let y = 0;
    let r2 = 0;
    do {
      x = 2 * this.#uniform() - 1;
      y = 2 * this.#uniform() - 1;
      r2 = x * x + y * y;
    } while (r2 >= 1 || r2 === 0);
    const factor = Math.sqrt((-2 * ln(r2)) / r2);
    this.#spare = factor * x;
    return factor * y;
  }

  /** Draws a multiple of 2⁻⁵³ from 0 to below 1, made of two words. */
  #uniform(): number {
    const high = this.#word() >>> 5;
    const low = this.#word() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  #word(): number {
    if (this.#next === WORDS) this.#twist();
    let y = this.#words[this.#next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #twist(): void {
    const words = this.#words;
    for (let i = 0; i < WORDS; i++) {
      const y = (words[i] & 0x80000000) | (words[(i + 1) % WORDS] & 0x7fffffff);
      words[i] = words[(i + MIDDLE) % WORDS] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }
}
