import { DataError } from "densely";

/** Splits a line of CSV into fields. Fields that contain commas are in quotes. */
const FIELD = /(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g;

function parseCSV(text) {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const rows = lines.map((line) =>
    Array.from(line.matchAll(FIELD), ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain.trim()),
  );
  const hasHeader = rows.length > 0 && rows[0].slice(0, -1).some((field) => Number.isNaN(Number(field)));
  return hasHeader ? rows.slice(1) : rows;
}

/** The rows of an array of arrays or of an array of objects. */
function parseJSON(text) {
  const rows = JSON.parse(text);
  return rows.map((row) => (Array.isArray(row) ? row : Object.values(row)));
}

/** Mean and standard deviation of every column. */
function scaleOf(x) {
  return x[0].map((_, column) => {
    const values = x.map((row) => row[column]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return { mean, deviation: Math.sqrt(variance) || 1 };
  });
}

/** Scales every column to mean 0 and standard deviation 1. */
export function scaled(rows, scale) {
  return rows.map((row) => row.map((value, i) => (value - scale[i]?.mean) / scale[i]?.deviation));
}

/**
 * Reads a table whose last column is the class of each row and whose other columns are numbers.
 * @returns scaled rows, class indices, the names of the classes, and the scale for other rows
 */
export function parseTable(text) {
  const rows = text.trimStart().startsWith("[") ? parseJSON(text) : parseCSV(text);
  if (rows.length === 0) throw new DataError("The table is empty: give a line or an array for each row.");
  const labels = rows.map((row) => String(row.at(-1)));
  const classes = [...new Set(labels)].sort();
  const x = rows.map((row) => row.slice(0, -1).map(Number));
  const scale = scaleOf(x);
  return { x: scaled(x, scale), y: labels.map((label) => classes.indexOf(label)), classes, scale };
}
