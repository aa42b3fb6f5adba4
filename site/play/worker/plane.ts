/** The places of the plane at which maps are computed. */

import { EXTENT } from "../data/points.js";

/** The middles of side² squares, [places][2], row by row from the top left. */
export function placesOf(side: number): Float32Array {
  const places = new Float32Array(2 * side * side);
  for (let row = 0, at = 0; row < side; row++) {
    for (let col = 0; col < side; col++) {
      places[at++] = EXTENT * ((2 * col + 1) / side - 1);
      places[at++] = -EXTENT * ((2 * row + 1) / side - 1);
    }
  }
  return places;
}
