/** Says in words what the plane shows. */

import type { Store } from "../store.js";
import { LEAST_POINTS } from "../store.js";

export function describePlane({ settings, own, points, split, classes }: Store): string {
  const isOwn = settings.data === "own";
  if (!split) {
    return `Draw at least ${LEAST_POINTS} points: choose a class above and draw on the plane, or take a CSV. With the keyboard: arrows move a cross, digits put a point of that class, Delete takes points away.`;
  }
  const parts = `${split.train.y.length} points to train on, ${split.test.y.length} for the test`;
  if (classes === 0) return `${parts}: numbers from −1, blue, to 1, orange.`;
  const names = isOwn && own.names.length > 0 ? `: ${own.names.join(", ")}` : "";
  return `${parts}, in ${points.classes} classes${names}.`;
}
