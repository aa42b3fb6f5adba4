/** Numbers as people read them, always as wide as they need and no wider. */

/** Three or four digits: "0.0123", "12.3", "1.2e-7". */
export function show(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 1e-3 || size >= 1e5) return value.toExponential(1).replace("-", "−").replace("e−", "e-");
  const digits = size >= 100 ? 1 : size >= 10 ? 2 : 3;
  return value.toFixed(digits).replace("-", "−");
}

/** A loss in six characters, so that the column does not jump. */
export function showLoss(loss: number): string {
  if (!Number.isFinite(loss)) return "–";
  return loss >= 100 || (loss > 0 && loss < 5e-4) ? loss.toExponential(1) : loss.toFixed(4);
}

export const showCount = (count: number): string => Math.floor(count).toLocaleString("en");

export const showPercent = (share: number): string => `${(100 * share).toFixed(1)}\u00a0%`;
