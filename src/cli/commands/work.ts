import type { Command } from "../command.js";
import { EXIT, UsageError } from "../failure.js";
import { interruption } from "../interruption.js";
import { plain } from "../output/plain.js";

const say = (text: string) => process.stderr.write(`densely: ${plain(text)}\n`);

/** Says a text unless it is the last one that was said: a connection fails many times for one reason. */
function sayer(): (text: string) => void {
  let last = "";
  return (text) => {
    if (text !== last) say(text);
    last = text;
  };
}

/** The host of Redis, without user and password. */
function placeOf(redis: string): string {
  if (/^rediss?:\/\//.test(redis) && URL.canParse(redis)) return new URL(redis).host;
  throw new UsageError(
    "--redis, or REDIS_URL, is no address of Redis: give one that begins with redis:// or rediss://.",
  );
}

/** Works on jobs until Ctrl-C or SIGTERM, and ends after those in hand. */
export const run: Command = async ({ options }) => {
  const { redis = process.env.REDIS_URL ?? "redis://127.0.0.1:6379", source: sources } = options;
  const { signal } = interruption();
  // There is nothing in hand before the connection is made.
  const leave = () => process.exit(EXIT.interrupted);
  signal.addEventListener("abort", leave);
  const place = placeOf(redis);
  const once = sayer();
  let [done, failed] = [0, 0];
  const { work } = await import("../../bullmq.js");
  const machine = await work(
    { url: redis },
    {
      concurrency: options.concurrency,
      prefix: options.prefix,
      maxBytes: options["max-bytes"],
      sources,
      onError: (error) => once(`Redis at ${place}: ${error.message || Object(error).code}; trying again.`),
      onJob: ({ job, error }) => {
        if (error === undefined) done++;
        else {
          failed++;
          say(`job ${job} has failed: ${error}`);
        }
      },
    },
  );
  signal.removeEventListener("abort", leave);
  const { concurrency } = machine;
  say(
    `working for ${place}, ${concurrency === 1 ? "1 job" : `${concurrency} jobs`} at a time; Ctrl-C ends it after those in hand.`,
  );
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve());
  });
  await machine.close();
  say(`${done} done, ${failed} failed.`);
};
