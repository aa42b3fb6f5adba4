/** The reference of an entry point, made of its types and comments. */

import { fileURLToPath } from "node:url";
import ts from "typescript";
import { importOf } from "./contents.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

let program: ts.Program | undefined;

/** The sources, read once for all entry points. */
function checkerOf(doors: readonly string[]): { program: ts.Program; checker: ts.TypeChecker } {
  program ??= ts.createProgram(
    doors.map((door) => `${ROOT}src/${door}.ts`),
    {
      target: ts.ScriptTarget.ES2022,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      strict: true,
      skipLibCheck: true,
      types: ["node"],
      typeRoots: [`${ROOT}node_modules/@types`],
    },
  );
  return { program, checker: program.getTypeChecker() };
}

/** Comments of this library quote code by four blanks and name parameters with @param. */
function commentOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const tags = symbol.getJsDocTags(checker).map(({ name, text: parts }) => {
    const words = ts.displayPartsToString(parts).trim();
    if (name !== "param")
      return `- ${name === "throws" ? "Throws" : name === "returns" ? "Returns" : name} ${words}`;
    const [parameter, ...rest] = words.split(" ");
    return `- \`${parameter}\`: ${rest.join(" ")}`;
  });
  return [fenced(text), tags.join("\n")].filter((part) => part !== "").join("\n\n");
}

/** Replaces code that is indented by code between fences. */
const fenced = (text: string): string =>
  text.replace(
    /(?:^|\n)((?: {4,}.*(?:\n|$))+)/g,
    (_, code: string) => `\n\`\`\`ts\n${code.replace(/^ +/gm, "").trim()}\n\`\`\`\n`,
  );

const FORMAT =
  ts.TypeFormatFlags.NoTruncation |
  ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope |
  ts.TypeFormatFlags.WriteArrowStyleSignature;

/** The signatures of a function, as they are called. */
function signaturesOf(name: string, type: ts.Type, checker: ts.TypeChecker): string[] {
  return type
    .getCallSignatures()
    .map(
      (signature) =>
        `${name}${checker.signatureToString(signature, undefined, FORMAT).replace(/\) => (.*)$/s, "): $1")}`,
    );
}

const code = (text: string): string => `\`\`\`ts\n${text}\n\`\`\``;

/** The text of a declaration, with the comments of its members. */
const sourceOf = (declaration: ts.Declaration): string => declaration.getText().replace(/^export /, "");

const isPublic = (member: ts.ClassElement): boolean =>
  member.name !== undefined &&
  !ts.isPrivateIdentifier(member.name) &&
  !ts.isComputedPropertyName(member.name) &&
  !ts.isPropertyDeclaration(member) &&
  !ts
    .getModifiers(member as ts.MethodDeclaration)
    ?.some(({ kind }) => kind === ts.SyntaxKind.ProtectedKeyword || kind === ts.SyntaxKind.PrivateKeyword);

/** The members of a class and of those that it inherits from. */
function classText(name: string, type: ts.Type, constructorType: ts.Type, checker: ts.TypeChecker): string {
  const parts: string[] = [];
  const made = constructorType.getConstructSignatures().map(
    (signature) =>
      `new ${name}${checker
        .signatureToString(signature, undefined, FORMAT)
        .replace(/^new /, "")
        .replace(/ => .*$/s, "")}`,
  );
  if (made.length > 0) parts.push(code(made.join("\n")));
  const describe = (owner: string, symbol: ts.Symbol): void => {
    const declaration = symbol.declarations?.[0];
    if (!declaration || !ts.isClassElement(declaration) || !isPublic(declaration)) return;
    const memberType = checker.getTypeOfSymbol(symbol);
    const calls = signaturesOf(`${owner}.${symbol.name}`, memberType, checker);
    const signature =
      calls.length > 0
        ? calls.join("\n")
        : `${owner}.${symbol.name}: ${checker.typeToString(memberType, undefined, FORMAT)}`;
    parts.push(
      `#### ${owner === name ? `${name}.` : ""}${symbol.name}`,
      code(signature),
      commentOf(symbol, checker),
    );
  };
  for (const symbol of constructorType.getProperties())
    if (symbol.name !== "prototype") describe(name, symbol);
  const instance = name[0].toLowerCase() + name.slice(1);
  for (const symbol of type.getProperties()) describe(instance, symbol);
  return parts.join("\n\n");
}

/** One export: its heading, its declaration, and its comment. */
function exportText(exported: ts.Symbol, checker: ts.TypeChecker): string {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const name = exported.name;
  const comment = commentOf(symbol, checker);
  const declaration = symbol.declarations?.[0];
  const parts = [`### ${name}`];
  if (symbol.flags & ts.SymbolFlags.Class) {
    parts.push(
      comment,
      classText(name, checker.getDeclaredTypeOfSymbol(symbol), checker.getTypeOfSymbol(symbol), checker),
    );
  } else if (symbol.flags & ts.SymbolFlags.Value) {
    const type = checker.getTypeOfSymbol(symbol);
    const calls = signaturesOf(name, type, checker);
    parts.push(
      code(
        calls.length > 0
          ? calls.join("\n")
          : `const ${name}: ${checker.typeToString(type, undefined, FORMAT)}`,
      ),
      comment,
    );
  } else if (declaration) {
    parts.push(comment, code(sourceOf(declaration)));
  }
  return parts.filter((part) => part !== "").join("\n\n");
}

/** The comment at the beginning of a file. */
const headOf = (text: string): string =>
  (/^\/\*\*(.*?)\*\//s.exec(text)?.[1] ?? "")
    .replace(/^ *\*? ?/gm, "")
    .trim()
    .replace(/^densely[\w/]*: (.)/, (_, first: string) => first.toUpperCase());

/** The kind of an export: values first, types last. */
const isValue = (symbol: ts.Symbol, checker: ts.TypeChecker): boolean =>
  ((symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol).flags &
    ts.SymbolFlags.Value) !==
  0;

/** The reference of an entry point in Markdown. @param doors all entry points, which are read together */
export function referenceOf(door: string, doors: readonly string[]): string {
  const { program, checker } = checkerOf(doors);
  const file = program.getSourceFile(`${ROOT}src/${door}.ts`);
  const module = file && checker.getSymbolAtLocation(file);
  if (!file || !module) throw new Error(`src/${door}.ts has no exports.`);
  const exports = checker.getExportsOfModule(module);
  const text = (list: ts.Symbol[]): string => list.map((symbol) => exportText(symbol, checker)).join("\n\n");
  const isError = ({ name }: ts.Symbol): boolean => name.endsWith("Error");
  const all = exports.filter((symbol) => isValue(symbol, checker));
  const values = [...all.filter((symbol) => !isError(symbol)), ...all.filter(isError)];
  const types = exports.filter((symbol) => !isValue(symbol, checker));
  return [
    `# ${importOf(door)}`,
    headOf(file.text),
    ...(values.length > 0 ? ["## Functions and classes", text(values)] : []),
    ...(types.length > 0 ? ["## Types", text(types)] : []),
  ].join("\n\n");
}
