/**
 * The code of written modules, in plain JavaScript: the preparation of columns (src/table/columns/), and how outputs become
 * predictions. It is text, because written modules import nothing. test/table/module.test.ts compares it with predict.
 */

/** Reads `columns` and `missing`: the inputs of one row. */
export const PREPARE = String.raw`const NUMBER = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?inf(?:inity)?|nan)$/i;
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?(Z|[+-]\d\d:?\d\d)?)?$/;
const DAY = 86400000;

function wrong(name, value, expected) {
  return new TypeError("Column " + JSON.stringify(name) + " is " + String(value) + ": give " + expected + ".");
}

function valueOf(row, name) {
  const value = Object.prototype.hasOwnProperty.call(row, name) ? row[name] : undefined;
  return value === null || value === "" || Number.isNaN(value) || missing.has(value) ? undefined : value;
}

function numberOf(value, name) {
  if (value === undefined) return undefined;
  const text = typeof value === "string" ? value.trim() : undefined;
  const number = text === undefined || NUMBER.test(text) ? Number(text ?? value) : undefined;
  const isNumber = typeof value === "number" || typeof value === "bigint" || text !== undefined;
  if (isNumber && text !== undefined && /nan/i.test(text)) return undefined;
  if (isNumber && number !== undefined && Math.abs(number) <= 1e150) return number;
  throw wrong(name, value, "a finite number, or null where it is missing");
}

function daysIn(text) {
  const match = ISO.exec(text.trim());
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const midnight = new Date(Date.UTC(year, month - 1, day));
  const isReal = midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day;
  if (!isReal || hour > 24 || minute > 59 || second >= 61) return undefined;
  const zone = match[7] ?? "Z";
  const sign = zone.startsWith("-") ? -1 : 1;
  const shift = zone === "Z" ? 0 : sign * (60 * Number(zone.slice(1, 3)) + Number(zone.slice(-2)));
  return midnight.getTime() / DAY + (hour * 60 + minute + second / 60 - shift) / 1440;
}

function daysOf(value, name) {
  if (value === undefined) return undefined;
  const days = typeof value === "string" ? daysIn(value) : (value instanceof Date || typeof value === "number") ? Number(value) / DAY : undefined;
  if (days !== undefined && Number.isFinite(days)) return days;
  throw wrong(name, value, "a Date, its milliseconds, or text such as 2024-02-29, or null where it is missing");
}

function scaled(x, column) {
  const z = (x - column.median) / column.scale;
  return Math.abs(z) > 1e9 ? 3 * Math.sign(z) : z / Math.sqrt(1 + (z / 3) * (z / 3));
}

function cycle(share) {
  return [Math.sin(2 * Math.PI * share), Math.cos(2 * Math.PI * share)];
}

function tokensOf(text) {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const pairs = words.flatMap((word) => [...word].slice(1).map((letter, i) => "\u0001" + [...word][i] + letter));
  return [...words, ...pairs];
}

function hash(text) {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

const PREPARE = {
  number(column, value) {
    const number = numberOf(value, column.name);
    const input = number === undefined ? 0 : scaled(number, column);
    const bins = column.knots.slice(1).map((knot, i) => {
      const share = ((number ?? column.median) - column.knots[i]) / (knot - column.knots[i]);
      return Math.min(Math.max(share, 0), 1);
    });
    return [input, ...(column.hasIndicator ? [number === undefined ? 1 : 0] : []), ...bins];
  },
  category(column, value) {
    const level = value === undefined ? -1 : column.levels.indexOf(value instanceof Date ? value.toISOString() : String(value));
    if (column.levels.length === 2) return [level < 0 ? 0 : 2 * level - 1];
    return column.levels.map((_, i) => (i === level ? 1 : 0));
  },
  date(column, value) {
    const days = daysOf(value, column.name);
    const cycles = (column.hasWeek ? 2 : 0) + (column.hasYear ? 2 : 0);
    if (days === undefined) return [...new Array(1 + cycles).fill(0), ...(column.hasIndicator ? [1] : [])];
    const year = new Date(days * DAY).getUTCFullYear();
    const [start, end] = [Date.UTC(year, 0, 1) / DAY, Date.UTC(year + 1, 0, 1) / DAY];
    return [
      scaled(days, column),
      ...(column.hasWeek ? cycle(days / 7 - Math.floor(days / 7)) : []),
      ...(column.hasYear ? cycle((days - start) / (end - start)) : []),
      ...(column.hasIndicator ? [0] : []),
    ];
  },
  text(column, value) {
    const counts = new Array(column.features).fill(0);
    for (const token of tokensOf(value === undefined ? "" : String(value))) {
      const at = hash(token) % column.features;
      if (counts[at] < 255) counts[at]++;
    }
    return counts;
  },
};

function inputsOf(row) {
  return columns.flatMap((column) => PREPARE[column.kind](column, valueOf(row, column.name)));
}

function outputsOf(target, row) {
  const inputs = inputsOf(row);
  const ofNetworks = target.networks.map((network) => network(inputs));
  return Array.from(ofNetworks[0], (_, i) => ofNetworks.reduce((sum, outputs) => sum + outputs[i], 0) / ofNetworks.length);
}

function forRows(given, act) {
  const one = (row) => {
    const results = targets.map((target) => [target.name, act(target, outputsOf(target, row))]);
    return isSeveral ? Object.fromEntries(results) : results[0][1];
  };
  return Array.isArray(given) ? given.map(one) : one(given);
}`;

/** Reads the labels of a target from its outputs. */
export const CLASSIFY = `function decide(target, outputs) {
  const weigh = (i) => outputs[i] / (target.counts ? target.counts[i] : 1);
  let best = 0;
  for (let i = 1; i < outputs.length; i++) if (weigh(i) > weigh(best)) best = i;
  return target.labels[best];
}`;

/** Reads the number of a target from its output. */
export const REGRESS = `function decide(target, [output]) {
  const y = output * target.deviation + target.mean;
  const value = target.transform === "log" ? Math.exp(y) : y;
  return target.range ? Math.min(Math.max(value, target.range[0]), target.range[1]) : value;
}`;
