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
  const draft = new Draft();
  const text = draft.truth(ast);
  return { text, tests: draft.tests, patterns: draft.patterns, fault: draft.fault };
}

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', 'in']);

/** One rewriting: what it has gathered so far. */
class Draft {
  readonly tests: string[] = [];
  readonly patterns: Array<{ readonly pattern: string; readonly at: number }> = [];
  fault: WrittenFault | undefined;
  #isInside = false;

  /** A node where true or false is asked for. */
  truth(node: ASTNode): string {
    switch (node.op) {
      case '&&':
      case '||':
        return `(${this.#chain(node.op, node)})`;
      case '!_':
        return `(!${this.truth(node.args)})`;
      case '?:':
        return this.#choice(node.args, (branch) => this.truth(branch));
      default:
        return this.#test(node);
    }
  }

  /** `a && b && c`: without brackets, which would nest as deep as it is long. */
  #chain(op: '&&' | '||', node: ASTNode): string {
    if (node.op !== op) return this.truth(node);
    const [left, right] = node.args;
    return `${this.#chain(op, left)} ${op} ${this.truth(right)}`;
  }

  #choice(
    [condition, yes, no]: readonly [ASTNode, ASTNode, ASTNode],
    branch: (node: ASTNode) => string,
  ): string {
    return `(${this.truth(condition)} ? ${branch(yes)} : ${branch(no)})`;
  }

  #test(node: ASTNode): string {
    if (node.op === 'value') return this.#plain(node);
    const number = this.#isInside ? UNTOLD : this.tests.push(sourceOf(node)) - 1;
    return `test_(${number}, ${this.#plain(node)})`;
  }

  /** A node whose value is asked for. */
  #value(node: ASTNode): string {
    if (node.op === '?:') return this.#choice(node.args, (branch) => this.#value(branch));
    if (node.op === '&&' || node.op === '||' || node.op === '!_') return this.truth(node);
    return comparisons.has(node.op) ? this.#test(node) : this.#plain(node);
  }

  #plain(node: ASTNode): string {
    switch (node.op) {
      case 'value':
        return node.input.slice(node.start, node.end);
      case 'id':
        return node.args;
      case '.':
        return `${this.#value(node.args[0])}.${node.args[1]}`;
      case '[]':
        return `${this.#value(node.args[0])}[${this.#value(node.args[1])}]`;
      case '-_':
        return `(-${this.#value(node.args)})`;
      case 'list':
        return `[${node.args.map((item) => this.#value(item)).join(', ')}]`;
      case 'map':
        return `{${node.args.map((pair) => pair.map((part) => this.#value(part)).join(': ')).join(', ')}}`;
      case 'call':
        return this.#call(node, node.args);
      case 'rcall':
        return this.#method(node, node.args);
      case '&&':
      case '||':
      case '!_':
      case '?:':
        return this.#value(node);
      case '.?':
      case '[?]':
        return this.#refuse(node, 'a missing field compares false: write "." or "[" without "?"');
      default:
        return this.#infix(node.op, node.args);
    }
  }

  #infix(op: string, [left, right]: readonly [ASTNode, ASTNode]): string {
    const cost = op === '==' || op === '!=' || op === 'in' ? 'whole_' : 'cost_';
    return `(${this.#spent(cost, left)} ${op} ${this.#spent(cost, right)})`;
  }

  /** What is written out costs what its author wanted. */
  #spent(cost: 'cost_' | 'whole_' | 'each_', node: ASTNode): string {
    return node.op === 'value' ? this.#plain(node) : `${cost}(${this.#value(node)})`;
  }

  #call(node: ASTNode, [name, args]: readonly [string, readonly ASTNode[]]): string {
    const refusal = this.#unfit(node, { name, args, known: functions });
    if (refusal !== undefined) return refusal;
    if (name === 'has') return `has(${args.map((one) => this.#plain(one)).join('')})`;
    return `${name}(${args.map((one) => this.#spent('cost_', one)).join(', ')})`;
  }

  #method(node: ASTNode, [name, target, args]: readonly [string, ASTNode, readonly ASTNode[]]): string {
    if (macros.has(name)) return this.#macro(node, [name, target, args]);
    const refusal = this.#unfit(node, { name, args, known: methods });
    if (refusal !== undefined) return refusal;
    const on = this.#spent('cost_', target);
    if (name === 'matches') return `matches_(${on}, ${this.#pattern(args[0])})`;
    return `${on}.${name}(${args.map((one) => this.#spent('cost_', one)).join(', ')})`;
  }

  #pattern(node: ASTNode | undefined): number {
    const pattern = node?.op === 'value' ? String(node.args) : '';
    return this.patterns.push({ pattern, at: node?.start ?? 0 }) - 1;
  }

  #macro(node: ASTNode, [name, target, args]: readonly [string, ASTNode, readonly ASTNode[]]): string {
    const refusal = this.#unfit(node, { name, args, known: macros });
    if (refusal !== undefined) return refusal;
    const on = this.#spent('each_', target);
    const wasInside = this.#isInside;
    this.#isInside = true;
    const [variable, ...rest] = args;
    const parts = rest.map((one, index) =>
      name === 'map' && index === rest.length - 1 ? this.#value(one) : this.truth(one),
    );
    this.#isInside = wasInside;
    return `${on}.${name}(${[variable === undefined ? '' : this.#plain(variable), ...parts].join(', ')})`;
  }

  #unfit(node: ASTNode, { name, args, known }: Called): string | undefined {
    const shape = known.get(name);
    if (shape === undefined)
      return this.#refuse(
        node,
        `there is no ${name}() in a filter; there are ${[...known.keys()].join(', ')}`,
      );
    if (args.length < shape.least || args.length > shape.most)
      return this.#refuse(node, `${name}() takes another number of arguments`);
    const isOpen = shape.literal === true && args.some((one) => !isText(one));
    return isOpen ? this.#refuse(node, `what ${name}() takes must be written out, as a string`) : undefined;
  }

  #refuse(node: ASTNode, message: string): string {
    this.fault ??= { message, at: node.start };
    return 'false';
  }
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
