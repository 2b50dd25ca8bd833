/**
 * Decides what an expression is rewritten to before it runs, so that the library evaluates it by our rules: around each
 * comparison and test stands `test_`, which makes a missing field false; around each value that may be large `cost_`,
 * `whole_` or `each_`, which spend the budget; and `matches` becomes `matches_`, which takes linear time.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import { functions, macros, methods } from './functions.ts';

/** An expression that can be compiled by `language.ts`. */
export interface Written {
  readonly text: string;
  /** Comparisons and tests as their author wrote them, by the number that `test_` has. */
  readonly tests: readonly string[];
  /** Regular expressions, by the number that `matches_` has. */
  readonly patterns: ReadonlyArray<{ readonly pattern: string; readonly at: number }>;
  /** The first thing that no filter may do. */
  readonly fault: WrittenFault | undefined;
}

/** What is wrong, and where: characters from the beginning of the expression. */
export interface WrittenFault {
  readonly message: string;
  readonly at: number;
}

/** Number of a test inside `exists` and its like, which is made once for each element and is nothing to tell of. */
export const UNTOLD = -1;

/** Rewrites an expression that was parsed. */
export function rewrite(ast: ASTNode): Written {
  const draft: Draft = { tests: [], patterns: [], fault: undefined, isInside: false };
  const text = truth(draft, ast);
  return { text, tests: draft.tests, patterns: draft.patterns, fault: draft.fault };
}

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', 'in']);

/** One rewriting: what it has gathered so far. */
interface Draft {
  readonly tests: string[];
  readonly patterns: Array<{ readonly pattern: string; readonly at: number }>;
  fault: WrittenFault | undefined;
  /** Inside `exists` and its like. */
  isInside: boolean;
}

/** A node where true or false is asked for. */
function truth(draft: Draft, node: ASTNode): string {
  switch (node.op) {
    case '&&':
    case '||':
      return `(${chain(draft, node.op, node)})`;
    case '!_':
      return `(!${truth(draft, node.args)})`;
    case '?:':
      return choice(draft, node.args, (branch) => truth(draft, branch));
    default:
      return test(draft, node);
  }
}

/** `a && b && c`: without brackets, which would nest as deep as it is long. */
function chain(draft: Draft, op: '&&' | '||', node: ASTNode): string {
  if (node.op !== op) return truth(draft, node);
  const [left, right] = node.args;
  return `${chain(draft, op, left)} ${op} ${truth(draft, right)}`;
}

function choice(
  draft: Draft,
  [condition, yes, no]: readonly [ASTNode, ASTNode, ASTNode],
  branch: (node: ASTNode) => string,
): string {
  return `(${truth(draft, condition)} ? ${branch(yes)} : ${branch(no)})`;
}

function test(draft: Draft, node: ASTNode): string {
  if (node.op === 'value') return plain(draft, node);
  const number = draft.isInside ? UNTOLD : draft.tests.push(sourceOf(node)) - 1;
  return `test_(${number}, ${plain(draft, node)})`;
}

/** A node whose value is asked for. */
function value(draft: Draft, node: ASTNode): string {
  if (node.op === '?:') return choice(draft, node.args, (branch) => value(draft, branch));
  if (node.op === '&&' || node.op === '||' || node.op === '!_') return truth(draft, node);
  return comparisons.has(node.op) ? test(draft, node) : plain(draft, node);
}

function plain(draft: Draft, node: ASTNode): string {
  switch (node.op) {
    case 'value':
      return node.input.slice(node.start, node.end);
    case 'id':
      return node.args;
    case '.':
      return `${value(draft, node.args[0])}.${node.args[1]}`;
    case '[]':
      return `${value(draft, node.args[0])}[${value(draft, node.args[1])}]`;
    case '-_':
      return `(-${value(draft, node.args)})`;
    case 'list':
      return `[${node.args.map((item) => value(draft, item)).join(', ')}]`;
    case 'map':
      return `{${node.args.map((pair) => pair.map((part) => value(draft, part)).join(': ')).join(', ')}}`;
    case 'call':
      return call(draft, node, node.args);
    case 'rcall':
      return method(draft, node, node.args);
    case '&&':
    case '||':
    case '!_':
    case '?:':
      return value(draft, node);
    case '.?':
    case '[?]':
      return refuse(draft, node, 'a missing field compares false: write "." or "[" without "?"');
    default:
      return infix(draft, node.op, node.args);
  }
}

function infix(draft: Draft, op: string, [left, right]: readonly [ASTNode, ASTNode]): string {
  const cost = op === '==' || op === '!=' || op === 'in' ? 'whole_' : 'cost_';
  return `(${spent(draft, cost, left)} ${op} ${spent(draft, cost, right)})`;
}

/** What is written out costs what its author wanted. */
function spent(draft: Draft, cost: 'cost_' | 'whole_' | 'each_', node: ASTNode): string {
  return node.op === 'value' ? plain(draft, node) : `${cost}(${value(draft, node)})`;
}

function call(draft: Draft, node: ASTNode, [name, args]: readonly [string, readonly ASTNode[]]): string {
  const refusal = unfit(draft, node, { name, args, known: functions });
  if (refusal !== undefined) return refusal;
  if (name === 'has') return `has(${args.map((one) => plain(draft, one)).join('')})`;
  return `${name}(${args.map((one) => spent(draft, 'cost_', one)).join(', ')})`;
}

function method(
  draft: Draft,
  node: ASTNode,
  [name, target, args]: readonly [string, ASTNode, readonly ASTNode[]],
): string {
  if (macros.has(name)) return macro(draft, node, [name, target, args]);
  const refusal = unfit(draft, node, { name, args, known: methods });
  if (refusal !== undefined) return refusal;
  const on = spent(draft, 'cost_', target);
  if (name === 'matches') return `matches_(${on}, ${pattern(draft, args[0])})`;
  return `${on}.${name}(${args.map((one) => spent(draft, 'cost_', one)).join(', ')})`;
}

function pattern(draft: Draft, node: ASTNode | undefined): number {
  const pattern = node?.op === 'value' ? String(node.args) : '';
  return draft.patterns.push({ pattern, at: node?.start ?? 0 }) - 1;
}

function macro(
  draft: Draft,
  node: ASTNode,
  [name, target, args]: readonly [string, ASTNode, readonly ASTNode[]],
): string {
  const refusal = unfit(draft, node, { name, args, known: macros });
  if (refusal !== undefined) return refusal;
  const on = spent(draft, 'each_', target);
  const wasInside = draft.isInside;
  draft.isInside = true;
  const [variable, ...rest] = args;
  const parts = rest.map((one, index) =>
    name === 'map' && index === rest.length - 1 ? value(draft, one) : truth(draft, one),
  );
  draft.isInside = wasInside;
  return `${on}.${name}(${[variable === undefined ? '' : plain(draft, variable), ...parts].join(', ')})`;
}

function unfit(draft: Draft, node: ASTNode, { name, args, known }: Called): string | undefined {
  const shape = known.get(name);
  if (shape === undefined)
    return refuse(
      draft,
      node,
      `there is no ${name}() in a filter; there are ${[...known.keys()].join(', ')}`,
    );
  if (args.length < shape.least || args.length > shape.most)
    return refuse(draft, node, `${name}() takes another number of arguments`);
  const isOpen = shape.literal === true && args.some((one) => !isText(one));
  return isOpen ? refuse(draft, node, `what ${name}() takes must be written out, as a string`) : undefined;
}

function refuse(draft: Draft, node: ASTNode, message: string): string {
  draft.fault ??= { message, at: node.start };
  return 'false';
}

interface Called {
  readonly name: string;
  readonly args: readonly ASTNode[];
  readonly known: typeof functions;
}

function isText(node: ASTNode): boolean {
  return node.op === 'value' && typeof node.args === 'string';
}

/** As it was written; the brackets that the library's ranges leave out at either end are put back. */
function sourceOf({ input, start, end }: ASTNode): string {
  const text = input.slice(start, end);
  let depth = 0;
  let lowest = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    else if (character === ')') lowest = Math.min(lowest, --depth);
  }
  return '('.repeat(-lowest) + text + ')'.repeat(depth - lowest);
}
