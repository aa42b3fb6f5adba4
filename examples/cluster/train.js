/** Trains one network per customer, and one on the rows of all of them in shards, on the workers of REDIS_URL. */

import { dense } from "densely";
import { cluster } from "densely/bullmq";

/** Rows of a customer: two measurements, and if the customer has bought. */
function customer(number) {
  const x = Array.from({ length: 2000 }, (_, i) => [Math.sin(i * number), Math.cos(7 * i + number)]);
  return { x, y: x.map(([a, b]) => Number(a > b ** 2 - 0.2 * number)) };
}

const machines = await cluster({ connection: { url: process.env.REDIS_URL ?? "redis://127.0.0.1:6379" } });
const spec = { inputs: 2, layers: [dense(32, "relu"), dense(2, "softmax")] };
const customers = [1, 2, 3, 4].map(customer);

const networks = await machines.fitMany(
  customers.map(({ x, y }) => ({ spec, x, y, options: { epochs: 50 } })),
  { onFit: ({ done, fits, loss }) => console.log(`${done} of ${fits} customers: loss ${loss.toFixed(3)}`) },
);
console.log(`${networks.length} networks`);

const network = await machines.fit(spec, customers, {
  rounds: 8,
  metrics: ["accuracy"],
  onRound: ({ round, loss, accuracy }) =>
    console.log(`round ${round}: loss ${loss.toFixed(3)}, accuracy ${accuracy.toFixed(3)}`),
});
console.log(String(network));
await machines.close();
