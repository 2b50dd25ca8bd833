/** Decides what a source file depends on: every import in it, whatever its form. */
import ts from 'typescript';

/** One file of the program: its path from the repository's root, with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** One dependency as written; `line` counts from 1. */
export interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly line: number;
}

/**
 * The dependencies of a file: static, type-only and dynamic imports, re-exports and `import('…')` types. Comments and
 * strings that only look like imports are not taken for one.
 */
export function importsOf(file: SourceFile): readonly Import[] {
  const tree = parse(file);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) {
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
      found.push({ from: file.path, specifier, line: line + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** The syntax tree of a file; a file that does not parse still yields the part that does. */
export function parse(file: SourceFile): ts.SourceFile {
  return ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
}

function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return literal(node.moduleSpecifier);
  if (ts.isImportTypeNode(node)) return literal(node.argument);
  if (!ts.isCallExpression(node) || node.expression.kind !== ts.SyntaxKind.ImportKeyword) return undefined;
  return literal(node.arguments[0]) ?? '(computed at run time)';
}

function literal(node: ts.Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (ts.isLiteralTypeNode(node)) return literal(node.literal);
  return ts.isStringLiteralLike(node) ? node.text : undefined;
}
