import { parse } from '@babel/parser';
import type { SourceFile } from './sources.ts';

export interface Import {
  /** `src/cli/run.ts` */
  readonly from: string;
  /** As written: `../core/plan.ts`, `zod`. */
  readonly what: string;
  readonly isType: boolean;
}

export interface Func {
  /** `src/host/host.ts createHost`: of what has no name, the name of what holds it. */
  readonly name: string;
  readonly lines: number;
}

/** What a file imports and exports from elsewhere, also late, also as a type. */
export const importsIn = (file: SourceFile): Import[] =>
  nodesIn(file).flatMap(({ node }) => {
    const what = IMPORTS.has(node.type) ? Reflect.get(Object(node.source), 'value') : undefined;
    return typeof what === 'string' ? [{ from: file.path, what, isType: isTypeOnly(node) }] : [];
  });

export const functionsIn = (file: SourceFile): Func[] =>
  nodesIn(file)
    .filter(({ node }) => FUNCTIONS.has(node.type))
    .map(({ node: { loc }, name }) => ({ name: `${file.path} ${name}`, lines: loc.end.line - loc.start.line + 1 }));

const IMPORTS = new Set(['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression']);

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ObjectMethod',
  'ClassMethod',
  'ClassPrivateMethod',
]);

interface SyntaxNode {
  readonly type: string;
  readonly loc: { readonly start: { readonly line: number }; readonly end: { readonly line: number } };
  readonly [key: string]: unknown;
}

interface Named {
  readonly node: SyntaxNode;
  readonly name: string;
}

const nodesIn = ({ path, text }: SourceFile): Named[] => {
  const found: Named[] = [];
  const visit = (value: unknown, around: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const name = isNode(value) ? (nameOf(value) ?? around) : around;
    if (isNode(value)) found.push({ node: value, name });
    for (const child of Object.values(value)) visit(child, name);
  };
  const plugins: ('typescript' | 'jsx')[] = path.endsWith('.tsx') ? ['typescript', 'jsx'] : ['typescript'];
  visit(parse(text, { sourceType: 'module', plugins }).program, 'the file');
  return found;
};

const isNode = (value: object): value is SyntaxNode => 'type' in value && 'loc' in value;

const nameOf = ({ id, key }: SyntaxNode): string | undefined => {
  const name: unknown = Reflect.get(Object(id ?? key), 'name');
  return typeof name === 'string' ? name : undefined;
};

/** Declared as types as a whole, or each name by itself. */
const isTypeOnly = ({ importKind, exportKind, specifiers }: SyntaxNode): boolean => {
  const each = Array.isArray(specifiers) ? specifiers : [];
  const kinds = each.map(specifier => Reflect.get(Object(specifier), 'importKind'));
  return [importKind, exportKind].includes('type') || (kinds.length > 0 && kinds.every(kind => kind === 'type'));
};
