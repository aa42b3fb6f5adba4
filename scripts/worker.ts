/** npm run test:worker: wrangler accepts the Worker example on the packed package, and what it built trains in workerd. */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { check, printTotals } from "./tally.js";
import { install, pack } from "./tarball.js";
import { findFile, findNode } from "./tools.js";
import { startWorker } from "./workerd.js";

const app = install(pack(), ["examples/worker"]);

await check("wrangler deploy --dry-run", () => {
  const wrangler = findFile(["wrangler/bin/wrangler.js"]);
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "true" };
  const args = [wrangler, "deploy", "--dry-run", "--outdir", "bundle"];
  execFileSync(findNode(24), args, { cwd: app, env, stdio: "inherit" });
});

await check("the Worker trains and predicts", async () => {
  const worker = await startWorker(join(app, "bundle/index.js"));
  const post = async (path: string, body: unknown) => {
    const response = await worker.fetch(path, { method: "POST", body: JSON.stringify(body) });
    return [response.status, await response.json()] as const;
  };
  const x = [[0, 0], [0, 1], [1, 0], [1, 1]]; // biome-ignore format: a table
  try {
    const answers = [
      await post("/predict", { x }),
      await post("/train", { x, y: [0, 1] }),
      await post("/train", { x, y: [0, 1, 1, 0], epochs: 500 }),
      await post("/predict", { x }),
    ];
    console.log(answers.map((answer) => JSON.stringify(answer)).join("\n"));
    const [early, mistake, training, prediction] = answers;
    const { predictions } = prediction[1] as { predictions: number[] };
    const isRight = predictions.map(Math.round).join() === "0,1,1,0";
    return early[0] === 409 && mistake[0] === 400 && training[0] === 200 && isRight;
  } finally {
    await worker.dispose();
  }
});
printTotals();
