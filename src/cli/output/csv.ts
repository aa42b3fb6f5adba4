/** First characters of formulas in Excel, LibreOffice and Google Sheets (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * A text that spreadsheets show instead of running it: an apostrophe stands before one that begins with = + - @, a tab or
 * a line break, unless it is a number.
 */
export const withoutFormula = (text: string): string =>
  FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;

/** A function that writes values as a line of a CSV file, by RFC 4180. @param isRaw true to keep formulas. */
export function lineWriter(delimiter: string, isRaw: boolean): (values: readonly unknown[]) => string {
  const special = new RegExp(`["\\r\\n${delimiter === "\t" ? "\\t" : `\\${delimiter}`}]|^\\s|\\s$`);
  return (values) => {
    const fields = values.map((value) => {
      const text =
        value === undefined || value === null
          ? ""
          : typeof value === "object"
            ? JSON.stringify(value)
            : String(value);
      const safe = isRaw || typeof value === "number" ? text : withoutFormula(text);
      return special.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
    });
    // A lone empty field would be a blank line.
    return `${fields.length === 1 && fields[0] === "" ? '""' : fields.join(delimiter)}\n`;
  };
}
