/** The article: its programs run and agree with densely/article, and each number of the training step is that of its equation. */

import { init_params } from "densely/article";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FUNCTIONS } from "../article/functions.js";
import { passOf } from "../article/trace.js";
import { BROWSERS, faultsOf, type Visit, visit } from "./browser.js";

it.each(FUNCTIONS.map((of) => [of.name, of] as const))(
  "%s: each line of Python has its line",
  (_, { python, javascript }) => {
    const [left, right] = [python, javascript].map((code) => code.split("\n"));
    expect(right.length).toBe(left.length + 1);
    // Blank lines of Python stand beside the end of a block.
    left.forEach((line, i) => {
      expect(right[i].trim() === "}", `${line} | ${right[i]}`).toBe(line === "");
    });
  },
);

describe("a training step", () => {
  const params = Object.fromEntries(
    Object.entries(init_params([2, 3, 1])).map(([name, rows]) => [
      name,
      rows.map((row) => row.map((value) => 100 * value)),
    ]),
  );
  const { steps, values, cost } = passOf(params, [1, -0.5], 1, 0.5);

  it("has every number once, in an order in which each is known before it is used", () => {
    const known = new Set(["X", "Y", "W1", "b1", "W2", "b2"]);
    for (const { name, uses } of steps) {
      for (const used of uses)
        expect(known.has(used) || known.has(used.split("[")[0]), `${used} of ${name}`).toBe(true);
      expect(known.has(name)).toBe(false);
      known.add(name);
    }
    // 3 + 3 units, their activations, 1 + 1 and the cost; 1 + 3 + 1 + 3 + 3 + 6 + 3 on the way back; 13 parameters.
    expect(steps.length).toBe(9 + 20 + 13);
  });

  it("is what its equations say", () => {
    for (const { name, numbers, value } of steps) {
      const [matrix, r, c] = numbers.replaceAll("]", "").split("[");
      const text = numbers.replaceAll("\u2212", "-").replaceAll("·", "*");
      const code = text.replace(/e\^(-?[\d.]+)/g, "Math.exp($1)").replace(/ln (-?[\d.]+)/g, "Math.log($1)");
      const said = values[matrix]?.[Number(r)][Number(c)] ?? Number(new Function(`return ${code}`)());
      // Numbers are shown with three digits.
      expect(said, `${name} = ${numbers}`).toBeCloseTo(value, 2);
    }
  });

  it("goes down the slope of the cost", () => {
    const updated = Object.fromEntries(["W1", "b1", "W2", "b2"].map((name) => [name, values[`${name}'`]]));
    expect(passOf(updated, [1, -0.5], 1, 0.5).cost).toBeLessThan(cost);
    const [far, step] = [
      1e-3,
      (name: string) => ({ ...params, [name]: params[name].map((row) => row.slice()) }),
    ];
    for (const [name, r, c] of [
      ["W1", 2, 1],
      ["b1", 0, 0],
      ["W2", 0, 1],
      ["b2", 0, 0],
    ] as const) {
      const costs = [far, -far].map((by) => {
        const moved = step(name);
        moved[name][r][c] += by;
        return passOf(moved, [1, -0.5], 1, 0.5).cost;
      });
      expect((costs[0] - costs[1]) / (2 * far)).toBeCloseTo(values[`d${name}`][r][c], 3);
    }
  });
});

describe.each(BROWSERS)("in %s", (browser) => {
  let opened: Visit;
  beforeAll(async () => {
    opened = await visit("article/", browser);
  });
  afterAll(() => opened.page.close());

  const outputOf = (name: string) => `document.querySelector('#${name} .ran').textContent`;

  it.each(FUNCTIONS.map(({ name }) => name))("%s runs and agrees with densely/article", async (name) => {
    const { page } = opened;
    await page.evaluate(`document.querySelector('#${name} .primary').click()`);
    await page.waitForSelector(`#${name} .ran[data-ended]`);
    const output = await page.evaluate<string>(outputOf(name));
    const far = [...output.matchAll(/the same as densely\/article|differs from densely\/article by (\S+)/g)];
    expect(far.length, output).toBeGreaterThan(0);
    for (const [, by = "0"] of far) expect(Number(by)).toBeLessThan(1e-5);
  });

  it("runs what the reader has changed, says what is wrong, and goes back", async () => {
    const { page } = opened;
    const set = (code: string) =>
      page.evaluate(`(() => {
        const field = document.querySelector("#sigmoid textarea");
        field.value = ${JSON.stringify(code)};
        field.dispatchEvent(new Event("input"));
        document.querySelector("#sigmoid .output").replaceChildren();
        document.querySelector("#sigmoid .primary").click();
      })()`);
    await set("console.log(6 * 7);");
    await page.waitForSelector("#sigmoid .ran[data-ended=well]");
    expect(await page.evaluate(outputOf("sigmoid"))).toBe("42\n");
    await set("sigmoid(1);");
    await page.waitForSelector("#sigmoid .ran[data-ended=failed]");
    expect(await page.evaluate(outputOf("sigmoid"))).toContain("ReferenceError");
    await page.evaluate("document.querySelector('#sigmoid .row').lastElementChild.click()");
    expect(await page.evaluate("document.querySelector('#sigmoid textarea').value")).toContain(
      "function sigmoid(Z)",
    );
  });

  it("shows forward and backward, number by number", async () => {
    const { page } = opened;
    const words = () => page.evaluate<string>("document.querySelector('.words').textContent");
    await page.evaluate("document.querySelector('#step').scrollIntoView({ block: 'center' })");
    expect(await words()).toContain("Forward, step 1 of 42");
    await page.click("#next");
    expect(await words()).toContain("A1[0][0]");
    await page.focus("#step");
    await page.keyboard.press("End");
    expect(await words()).toContain("Update, step 42 of 42");
    await page.click("#again");
    await page.focus("#step");
    await page.keyboard.press("End");
    const costs = await page.evaluate<string>("document.querySelector('#costs').textContent");
    const [before, after] = [...costs.matchAll(/\d\.\d+/g)].map(Number);
    expect(after).toBeLessThan(before);
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('.matrix td')].every((cell) => cell.textContent !== '·')",
      ),
    ).toBe(true);
    expect(opened.errors.filter((text) => !text.includes("sigmoid"))).toEqual([]);
  });

  it("has no serious fault after all has run", async () => {
    expect(await faultsOf(opened.page)).toEqual([]);
  });
});
