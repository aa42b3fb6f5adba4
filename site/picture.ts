/** npm run site:picture: takes the picture of the playground that README.md shows, from the site as it was built last. */

import { resolve } from "node:path";
import { launch, serve } from "../scripts/browsers.js";
import type { SitePage } from "./test/browser.js";

const PICTURE = "docs/playground.webp";
const SIZE = { width: 1320, height: 860 };
const ACCURACY = 97;

const site = await serve(resolve("site/dist"));
const browser = await launch("chrome");
const page = (await browser.newPage()) as SitePage;
await page.setViewport(SIZE);
await page.goto(`${site.url}/play/#data=spiral`);
await page.click("#run");
await page.waitForFunction(`parseFloat(document.querySelector("#score").textContent) > ${ACCURACY}`);
await page.click("#run");
await page.screenshot({ path: PICTURE, type: "webp", quality: 80 });
await browser.close();
site.close();
