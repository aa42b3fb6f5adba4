/** A point in pixels. */
type Point = readonly [x: number, y: number];

const text = (pixels: number): string => String(Math.round(pixels * 10) / 10);

/**
 * The points of one pixel column that a line needs: the first, the lowest, the highest and the last. All others are hidden by
 * the line between these.
 */
function outline(column: readonly Point[]): readonly Point[] {
  if (column.length <= 4) return column;
  let [low, high] = [0, 0];
  column.forEach(([, y], i) => {
    if (y < column[low][1]) low = i;
    if (y > column[high][1]) high = i;
  });
  const needed = [...new Set([0, low, high, column.length - 1])].sort((a, b) => a - b);
  return needed.map((i) => column[i]);
}

/** A path of SVG through points from left to right, with a gap where y is no number; at most four points per pixel. */
export function linePath(points: readonly Point[]): string {
  const parts: string[] = [];
  let column: Point[] = [];
  let isDown = false;
  const end = (): void => {
    for (const [x, y] of outline(column)) {
      parts.push(`${isDown ? "L" : "M"}${text(x)} ${text(y)}`);
      isDown = true;
    }
    column = [];
  };
  for (const point of points) {
    if (!Number.isFinite(point[1])) {
      end();
      isDown = false;
      continue;
    }
    if (column.length > 0 && Math.floor(column[0][0]) !== Math.floor(point[0])) end();
    column.push(point);
  }
  end();
  return parts.join("");
}
