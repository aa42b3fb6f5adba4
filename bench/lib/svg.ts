type Point = readonly [x: number, y: number];
type Interval = readonly [low: number, high: number];

/** One plot: the labels of its axes, and its points from left to right. */
export interface Plot {
  readonly x: string;
  readonly y: string;
  readonly points: readonly Point[];
}

export interface Panels {
  readonly title: string;
  readonly subtitle: string;
  readonly rows: readonly (readonly Plot[])[];
}

const panel = { width: 215, height: 190, left: 48, right: 14, top: 14, bottom: 42 };
const head = 52;
const ink = "#1f2933";
const faint = "#d9dfe5";
const line = "#2f6fb2";

/**
 * Draws small plots in rows. Both axes are logarithmic, and the plots of a row share their vertical axis.
 * @returns an SVG document
 */
export function panels({ title, subtitle, rows }: Panels): string {
  const width = panel.width * Math.max(...rows.map((row) => row.length));
  const height = head + panel.height * rows.length;
  const plots = rows.flatMap((row, v) => {
    const range = decades(row.flatMap(({ points }) => points.map(([, y]) => y)));
    return row.map((plot, u) => group(u * panel.width, head + v * panel.height, draw(plot, range)));
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="10" fill="${ink}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="6" fill="#fff"/>`,
    text(width / 2, 22, title, 'text-anchor="middle" font-size="13"'),
    text(width / 2, 39, subtitle, 'text-anchor="middle" opacity="0.7"'),
    ...plots,
    "</svg>\n",
  ].join("\n");
}

function draw({ x, y, points }: Plot, range: Interval): string[] {
  const domain: Interval = [points[0][0], points[points.length - 1][0]];
  const [x0, x1] = [panel.left, panel.width - panel.right];
  const [y0, y1] = [panel.height - panel.bottom, panel.top];
  const right = scale(domain, [x0, x1]);
  const up = scale(range, [y0, y1]);
  const marks = points.map(([value, result]) => [right(value).toFixed(1), up(result).toFixed(1)]);

  const horizontal = ticks(range).flatMap((value) => {
    const at = up(value).toFixed(1);
    return [
      `<path d="M${x0} ${at}H${x1}" stroke="${faint}"/>`,
      text(x0 - 5, Number(at) + 3.5, short(value), 'text-anchor="end"'),
    ];
  });
  const every = Math.ceil(points.length / 5);
  const vertical = points.flatMap(([value], i) => {
    if (i % every) return [];
    const at = Number(right(value).toFixed(1));
    return [
      `<path d="M${at} ${y0}v4" stroke="${ink}"/>`,
      text(at, y0 + 15, short(value), 'text-anchor="middle"'),
    ];
  });
  return [
    ...horizontal,
    ...vertical,
    `<path d="M${x0} ${y0}H${x1}" stroke="${ink}"/>`,
    `<polyline points="${marks.map((mark) => mark.join(",")).join(" ")}" fill="none" stroke="${line}" stroke-width="1.8"/>`,
    ...marks.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="2.4" fill="${line}"/>`),
    text((x0 + x1) / 2, y0 + 31, x, 'text-anchor="middle"'),
    text(0, 0, y, `text-anchor="middle" transform="translate(13 ${(y0 + y1) / 2}) rotate(-90)"`),
  ];
}

/** The powers of ten around the values. */
function decades(values: readonly number[]): Interval {
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)));
  return [low, Math.max(low * 10, 10 ** Math.ceil(Math.log10(Math.max(...values))))];
}

function ticks([low, high]: Interval): number[] {
  const count = Math.round(Math.log10(high / low));
  return Array.from({ length: count + 1 }, (_, i) => low * 10 ** i);
}

function scale([low, high]: Interval, [from, to]: Interval): (value: number) => number {
  return (value) => from + ((to - from) * Math.log(value / low)) / Math.log(high / low);
}

function short(value: number): string {
  if (value >= 1024 && value % 1024 === 0) return `${value / 1024}k`;
  return value >= 1000 ? `${value / 1000}k` : String(Number(value.toPrecision(3)));
}

function group(x: number, y: number, parts: readonly string[]): string {
  return `<g transform="translate(${x} ${y})">\n${parts.join("\n")}\n</g>`;
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
