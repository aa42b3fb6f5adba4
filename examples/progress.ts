/** Shows the progress of each epoch: a bar on a terminal, and a line at its end. */

import type { FitOptions } from "densely";

const BAR = 24;
const REDRAW_MILLISECONDS = 80;

/** Makes the callbacks for a fit with batches of `batchSize` rows. */
export function progress(batchSize: number): Pick<FitOptions, "onBatch" | "onEpoch"> {
  let started = performance.now();
  let drawn = 0;
  let total = 0;

  const onBatch: FitOptions["onBatch"] = ({ epoch, epochs, batch, batches, loss }) => {
    if (batch === 1) {
      started = performance.now();
      total = 0;
    }
    total += loss;
    const now = performance.now();
    if (now - drawn < REDRAW_MILLISECONDS) return;
    drawn = now;
    const seconds = (now - started) / 1000;
    const full = Math.round((BAR * batch) / batches);
    const bar = "█".repeat(full) + "░".repeat(BAR - full);
    const left = seconds * (batches / batch - 1);
    process.stdout.write(
      `\r${title(epoch, epochs)}  ${bar}  ${speed((batch * batchSize) / seconds)}  loss ${(total / batch).toFixed(4)}  ${left.toFixed(1)} s left\x1b[K`,
    );
  };

  const onEpoch: FitOptions["onEpoch"] = (report) => {
    const { epoch, epochs, loss, valLoss = 0, valAccuracy = 0, seconds, samplesPerSecond } = report;
    if (process.stdout.isTTY) process.stdout.write("\r\x1b[K");
    console.log(
      `${title(epoch, epochs)}  ${seconds.toFixed(1)} s  ${speed(samplesPerSecond)}  loss ${loss.toFixed(4)}  validation loss ${valLoss.toFixed(4)}  accuracy ${(100 * valAccuracy).toFixed(2)} %`,
    );
  };

  return process.stdout.isTTY ? { onBatch, onEpoch } : { onEpoch };
}

function title(epoch: number, epochs: number): string {
  return `Epoch ${epoch}/${epochs}`;
}

function speed(samplesPerSecond: number): string {
  return `${Math.round(samplesPerSecond).toLocaleString("en")} samples/s`;
}
