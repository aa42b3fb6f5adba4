/** Parts of a page as text. All that comes from data is escaped. */

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as HTML shows it. */
export const escapeText = (value: unknown): string =>
  String(value).replace(/[&<>"']/g, (letter) => ESCAPES[letter]);

/** A number with at most four digits. */
export const digits = (value: number): string => String(Number(value.toPrecision(4)));

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** A cell: escaped text, a number, or a part that is HTML already, at the side that it says. */
export type Cell = string | number | { html: string; isRight: boolean };

const cellText = (cell: Cell): string =>
  typeof cell === "object" ? cell.html : escapeText(typeof cell === "number" ? digits(cell) : cell);

const isRight = (cell: Cell): boolean =>
  typeof cell === "number" || (typeof cell === "object" && cell.isRight);

/** A table with a row of titles. Numbers stand to the right. */
export function table(titles: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const tag = (name: string, cell: Cell) =>
    `<${name}${isRight(cell) ? ' class="n"' : ""}>${cellText(cell)}</${name}>`;
  const head = titles.map((title) => tag("th", title)).join("");
  const body = rows.map((row) => `<tr>${row.map((cell) => tag("td", cell)).join("")}</tr>`).join("\n");
  return `<table><tr>${head}</tr>\n${body}</table>`;
}

/** A bar of a share from 0 to 1, with its text. */
export function bar(share: number, text: string): Cell {
  const width = (100 * Math.min(Math.max(share, 0), 1)).toFixed(1);
  return {
    html: `<span class="bar"><i style="width:${width}%"></i></span> ${escapeText(text)}`,
    isRight: false,
  };
}

/** A cell that is the darker the larger its share is. */
export function shaded(share: number, text: string): Cell {
  const colour = `rgba(37,99,235,${(0.75 * share).toFixed(2)})`;
  return { html: `<b style="background:${colour}">${escapeText(text)}</b>`, isRight: true };
}

/** A line of a chart. */
export interface Curve {
  name: string;
  values: readonly number[];
}

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [640, 240, 56, 24];
const COLOURS = ["#2563eb", "#ea580c"];

/** Curves over epochs on a logarithmic scale of values, where all are positive; those of one name have one colour. */
export function chart(curves: readonly Curve[]): string {
  const all = curves.flatMap(({ values }) => [...values]).filter(Number.isFinite);
  if (all.length === 0) return "";
  const isLogarithmic = Math.min(...all) > 0;
  const scale = (value: number) => (isLogarithmic ? Math.log10(value) : value);
  const [low, high] = [scale(Math.min(...all)), scale(Math.max(...all))];
  const longest = Math.max(...curves.map(({ values }) => values.length));
  const x = (i: number) => LEFT + ((WIDTH - LEFT - 8) * i) / Math.max(longest - 1, 1);
  const y = (value: number) =>
    8 + ((HEIGHT - BOTTOM - 16) * (high - scale(value))) / (high > low ? high - low : 1);
  const names = [...new Set(curves.map(({ name }) => name))];
  const lines = curves.map(({ name, values }) => {
    const points = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
    return `<polyline fill="none" stroke="${COLOURS[names.indexOf(name) % 2]}" points="${points}"/>`;
  });
  const label = (value: number) => digits(isLogarithmic ? 10 ** value : value);
  const texts = [
    `<text x="${LEFT - 6}" y="14" text-anchor="end">${label(high)}</text>`,
    `<text x="${LEFT - 6}" y="${HEIGHT - BOTTOM - 4}" text-anchor="end">${label(low)}</text>`,
    `<text x="${WIDTH - 8}" y="${HEIGHT - 6}" text-anchor="end">epoch ${longest}</text>`,
    ...names.map(
      (name, i) =>
        `<text x="${LEFT + 8 + 140 * i}" y="${HEIGHT - 6}" fill="${COLOURS[i % 2]}">${escapeText(name)}</text>`,
    ),
  ];
  const axes = `<path d="M${LEFT} 4V${HEIGHT - BOTTOM}H${WIDTH}" fill="none" stroke="#999"/>`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">${axes}${lines.join("")}${texts.join("")}</svg>`;
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .15rem .8rem .15rem 0; border-bottom: 1px solid #e5e5e5; vertical-align: top; }
.n { text-align: right; } td b { display: block; font-weight: normal; padding: 0 .4rem; }
.bar { display: inline-block; width: 10rem; background: #eee; vertical-align: middle; }
.bar i { display: block; height: .7rem; background: #2563eb; }
.note { background: #fef3c7; padding: .3rem .6rem; } svg { max-width: 100%; height: auto; font-size: 12px; }
`;

/** A page that loads nothing. */
export function page(title: string, parts: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeText(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeText(title)}</h1>
${parts.join("\n")}
</body>
</html>
`;
}
