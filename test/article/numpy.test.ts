import { expect, test } from "vitest";
import { ln, RandomState } from "../../src/article/numpy.js";
import { init_params } from "../../src/article.js";
import { generator } from "../helpers.js";

/** np.random.seed(seed); np.random.randn(2000), of NumPy 1.24: the first four, the 1,000th and the 2,000th. */
const RANDN: [seed: number, first: number[], later: number[]][] = [
  [
    0,
    [1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458],
    [-0.35811407547985674, -1.3109703704412123],
  ],
  [
    3,
    [1.7886284734303186, 0.43650985051198943, 0.09649746807200862, -1.8634927033644908],
    [-0.5030752195310859, 0.2148303131058013],
  ],
  [
    4294967295,
    [0.6484086742306527, 0.6693235306338161, -1.0805437227474493, 0.2845010447986309],
    [0.8396779525796308, 1.445097548120407],
  ],
];

test.each(RANDN)("randn of seed %i is NumPy's", (seed, first, later) => {
  const random = new RandomState(seed);
  const numbers = Array.from({ length: 2000 }, () => random.randn());
  [...first, ...later].forEach((wanted, i) => {
    expect([...numbers.slice(0, 4), numbers[999], numbers[1999]][i]).toBeCloseTo(wanted, 14);
  });
});

test("ln is within an ulp of Math.log", () => {
  const next = generator(1);
  for (let i = 0; i < 20_000; i++) {
    const x = next() ** 4 + 2 ** -100;
    expect(Math.abs(ln(x) - Math.log(x))).toBeLessThanOrEqual(2 ** -52 * Math.abs(Math.log(x)));
  }
  expect(ln(1)).toBe(0);
});

test("the spare number of one matrix is the first of the next", () => {
  const random = new RandomState(3);
  const numbers = Array.from({ length: 6 }, () => Math.fround(random.randn() * 0.01));
  const { W1, W2 } = init_params([3, 1, 3]);
  const drawn = [...W1, ...W2].flatMap((row) => Array.from(row));
  expect(drawn).toEqual(numbers);
});

test("the default seed is that of the article, and another seed gives other numbers", () => {
  expect(init_params([2, 3, 1], 4)).not.toEqual(init_params([2, 3, 1]));
  expect(init_params([2, 3, 1], 3)).toEqual(init_params([2, 3, 1]));
});
