// Threads where there are none.
import { dense, Network } from "densely";
import { relaxed } from "densely/relaxed";
import { threads } from "densely/threads";

const warnings = [];
console.warn = (text) => warnings.push(text);

export default {
  fetch() {
    const x = Float32Array.from({ length: 64 * 200 }, (_, i) => Math.sin(i * i));
    const options = { inputs: 200, layers: [dense(200, "tanh"), dense(200)], loss: "meanSquaredError" };
    const fit = (more) => {
      const network = new Network({ ...options, ...more });
      return `${network.math} ${network.fitSync(x, x, { epochs: 3, batchSize: 32 }).loss.join()}`;
    };
    const isSame = [{}, { math: relaxed }].every(
      (math) => fit(math) === fit({ ...math, threads: threads(4) }),
    );
    return new Response(
      `${isSame ? "the same bits" : "other bits"}, ${warnings.length} warning: ${warnings[0]}`,
    );
  },
};
