/** The page of tables, as a visitor uses it. */

import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { load } from "../../src/table.js";
import { BROWSERS, type BrowserName, clickOnce, faultsOf, type Visit, visit } from "./browser.js";

const penguins = readFileSync("examples/penguins.csv", "utf8");

/** Rows of the file without their targets, as Node.js gives them to the model. */
const ROWS = [
  { island: "Biscoe", bill_length_mm: 46.1, bill_depth_mm: 13.2, flipper_length_mm: 211, body_mass_g: 4500 },
  { island: "Dream", bill_length_mm: 50, bill_depth_mm: 19.5, sex: "male", year: 2008 },
  { island: "Torgersen", bill_length_mm: 39.1 },
];

let opened: Visit;
afterEach(async () => {
  expect(opened.errors).toEqual([]);
  await opened.page.close();
});

async function open(browser?: BrowserName): Promise<void> {
  opened = await visit("table/", browser);
}

const waitFor = (condition: string) => opened.page.waitForFunction(condition, { polling: 50 });
const text = (id: string) => opened.page.evaluate<string>(`document.getElementById("${id}").textContent`);

/** Puts a text into the field, as a paste does. */
const paste = (csv: string) =>
  opened.page.evaluate(`(() => {
    const area = document.getElementById("text");
    area.value = ${JSON.stringify(csv)};
    area.dispatchEvent(new Event("input", { bubbles: true }));
  })()`);

async function train(): Promise<void> {
  await waitFor("!document.getElementById('choose').hidden");
  await opened.page.click("#train");
  await waitFor(
    "!document.getElementById('results').hidden || !document.getElementById('train-fault').hidden",
  );
}

/** The bytes that a button offers as a file. */
async function bytesOf(button: string): Promise<Uint8Array> {
  const numbers = await opened.page.evaluate<number[]>(`new Promise((resolve) => {
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
      URL.createObjectURL = make;
      blob.arrayBuffer().then((buffer) => resolve([...new Uint8Array(buffer)]));
      return "#";
    };
    document.getElementById("${button}").click();
  })`);
  return Uint8Array.from(numbers);
}

/** Fills the form with a record, and gives the prediction and the text below it. */
const formFor = (record: Record<string, unknown>) =>
  opened.page.evaluate<string>(`(() => {
    const record = ${JSON.stringify(record)};
    for (const label of document.querySelectorAll("#form label")) {
      label.lastElementChild.value = record[label.firstElementChild.textContent] ?? "";
    }
    document.getElementById("form").dispatchEvent(new Event("input"));
    return document.querySelector("#prediction strong").textContent;
  })()`);

describe.each(BROWSERS)("in %s", (browser) => {
  it("makes a model of penguins, whose files predict the same in Node.js", async () => {
    await open(browser);
    await opened.page.click("#example");
    await train();
    expect(await text("read")).toBe("344 rows, 8 columns.");
    const [network, baseline] = [...(await text("score")).matchAll(/([\d.]+)\s%/g)].map(([, share]) =>
      Number(share),
    );
    expect(network).toBeGreaterThan(97);
    expect(baseline).toBe(44.2);
    expect(await text("taken")).toContain("category: Biscoe, Dream, Torgersen");
    expect(await text("importance")).toContain("bill_length_mm");

    const model = load(await bytesOf("save"));
    const source = Buffer.from(await bytesOf("module")).toString("base64");
    const written = await import(/* @vite-ignore */ `data:text/javascript;base64,${source}`);
    for (const row of ROWS) {
      const expected = model.predict(row);
      expect(await formFor(row)).toBe(expected);
      expect(written.predict(row)).toBe(expected);
    }
    expect(ROWS.map((row) => model.predict(row))).toEqual(["Gentoo", "Chinstrap", "Adelie"]);

    const { value, base, contributions } = model.explain(ROWS[0]);
    await formFor(ROWS[0]);
    await waitFor("document.getElementById('explanation').textContent.includes('bill_length_mm: 46.1')");
    const lines = await opened.page.evaluate<string[][]>(
      "[...document.querySelectorAll('#explanation li')].map(({ children }) => [children[0].textContent, children[2].textContent])",
    );
    expect(lines.map(([name]) => name.split(":")[0])).toEqual(contributions.map(({ column }) => column));
    const added = lines.map(([, words]) => Number(words.replace("−", "-")));
    contributions.forEach(({ adds }, i) => {
      expect(added[i]).toBeCloseTo(100 * adds, 0);
    });
    expect(await text("explanation")).toContain(`${(100 * value).toFixed(1)}\u00a0%`);
    expect(await text("explanation")).toContain(`${(100 * base).toFixed(1)}\u00a0%`);
    expect(Buffer.from(await bytesOf("onnx")).includes("bill_length_mm")).toBe(true);
    expect(Buffer.from(await bytesOf("report")).toString()).toContain("Calibration");
    if (browser === "chrome") expect(await faultsOf(opened.page)).toEqual([]);
    await opened.page.setViewport({ width: 360, height: 800 });
    expect(await opened.page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
  });
});

it("predicts numbers, and can be stopped", async () => {
  await open();
  await paste(penguins);
  await waitFor("!document.getElementById('choose').hidden");
  await opened.page.select("#target", "body_mass_g");
  expect(await opened.page.evaluate("document.getElementById('task').value")).toBe("regression");
  const stopped = clickOnce(
    opened.page,
    "#stop",
    "document.getElementById('bar').textContent.includes('epoch')",
  );
  await opened.page.click("#train");
  await stopped;
  await waitFor("!document.getElementById('results').hidden");
  expect(await text("score")).toContain("2 rows without body_mass_g were left out");
  expect(
    Number(await formFor({ species: "Gentoo" }).then((words) => words.replace(",", ""))),
  ).toBeGreaterThan(2000);
  expect(await opened.page.evaluate("document.getElementById('train').disabled")).toBe(false);
});

it("forgets the model of a table that was replaced while it trained", async () => {
  await open();
  await paste(penguins);
  await waitFor("!document.getElementById('choose').hidden");
  await opened.page.click("#train");
  await paste("a,b\n1,x\n2,y\n");
  await waitFor("document.getElementById('read').textContent === '2 rows, 2 columns.'");
  expect(await opened.page.evaluate("document.getElementById('train').disabled")).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(await opened.page.evaluate("document.getElementById('results').hidden")).toBe(true);
});

it.each([
  ["one column", "a\n1\n2\n", "read-fault", "at least two"],
  ["no rows", "a,b\n", "read-fault", "no rows"],
  ["bytes", "PK\u0003\u0004\0\0,a\nb\0,c\n", "read-fault", "This is no text"],
  ["two columns of one name", "a,a,b\n1,2,x\n3,4,y\n", "train-fault", "both named"],
  ["rows of other lengths", 'a,b\n1,2,3\n4\n"5,6\n', "train-fault", "line"],
  ["a target that never varies", "a,b\n1,x\n2,x\n3,x\n", "train-fault", ""],
  ["infinite numbers", "a,b\n1e999,x\n2,y\n3,x\n4,y\n", "train-fault", ""],
  ["markup", '"<img src=x onerror=boom()>",b\n1,"<b>x"\n1,y\n', "train-fault", ""],
])("says what is wrong with a table of %s", async (_, csv, place, words) => {
  await open();
  await paste(csv);
  if (place === "train-fault") await train();
  await waitFor(`!document.getElementById("${place}").hidden`);
  const sentence = await text(place);
  expect(sentence).toContain(words);
  expect(sentence).toMatch(/^\S.*\.$/);
});
