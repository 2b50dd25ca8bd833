/** Decides what a filter is: an expression that was read, checked and rewritten at load, and how a delivery fares with it. */
import type { ParseResult } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { AppError, messageOf } from '../../core/errors.ts';
import type { FilterFacts } from '../../core/trigger.ts';
import { valuesOf } from './facts.ts';
import { codeOf, freshEvaluation, summaryOf } from './evaluation.ts';
import type { Evaluation, TestNote } from './evaluation.ts';
import { createLanguage } from './language.ts';
import type { Language } from './language.ts';
import { rewrite } from './written.ts';
import type { Written, WrittenFault } from './written.ts';

const VARIABLES =
  '; there are body, headers, query and event, and a header is written headers["x-github-event"]';

/** Longest expression, in characters. */
export const MAX_EXPRESSION = 20_000;

/** How a delivery fares. The reason is for the log and the counters: it quotes the expression and never the delivery. */
export type Passage = { readonly passes: true } | { readonly passes: false; readonly reason: string };

/** One comparison or test of an expression, and how it came out; the detail may quote the delivery. */
export interface TestReport {
  readonly text: string;
  readonly outcome: TestNote['outcome'];
  readonly detail: string | null;
}

/** A filter that can be asked. */
export interface Expression {
  readonly text: string;
  readonly judge: (facts: FilterFacts) => Passage;
  /** The same, with what was tested on the way, in order: for a person at a terminal. */
  readonly explain: (facts: FilterFacts) => {
    readonly passage: Passage;
    readonly tests: readonly TestReport[];
  };
}

/** What reading an expression comes to; the message says where it is wrong. */
export type Reading =
  { readonly ok: true; readonly expression: Expression } | { readonly ok: false; readonly message: string };

/** Reads one expression. */
export type ReadExpression = (text: string) => Reading;

/** A reader for the expressions of one configuration. Neither it nor what it reads ever throws. */
export function createExpressionReader(): ReadExpression {
  const language = createLanguage();
  return (text) => read(language, text);
}

function read(language: Language, text: string): Reading {
  if (text.length > MAX_EXPRESSION)
    return { ok: false, message: `is longer than ${MAX_EXPRESSION} characters` };
  const parsed = parsedBy(language, text);
  if ('message' in parsed) return { ok: false, message: `${parsed.message} (${placeOf(text, parsed.at)})` };
  const patterns = compilePatterns(parsed.patterns);
  if ('message' in patterns)
    return { ok: false, message: `${patterns.message} (${placeOf(text, patterns.at)})` };
  const program = language.inner.parse(parsed.text);
  return {
    ok: true,
    expression: expressionOf({ text, program, written: parsed, patterns, evaluation: language.evaluation }),
  };
}

function parsedBy({ strict, inner }: Language, text: string): Written | WrittenFault {
  try {
    const program = strict.parse(text);
    const written = rewrite(program.ast);
    if (written.fault !== undefined) return written.fault;
    const { valid, type, error } = program.check();
    if (!valid) return faultOf(error);
    if (type !== 'bool' && type !== 'dyn')
      return { message: `must come to true or false, and this is ${type ?? 'neither'}`, at: 0 };
    const rewritten = inner.check(written.text);
    return rewritten.valid ? written : faultOf(rewritten.error);
  } catch (error) {
    return faultOf(error);
  }
}

function faultOf(error: unknown): WrittenFault {
  const { range } = error as { readonly range?: { readonly start: number } };
  const hint = codeOf(error) === 'unknown_variable' ? VARIABLES : '';
  return { message: `${summaryOf(error)}${hint}`, at: range?.start ?? 0 };
}

function compilePatterns(written: Written['patterns']): readonly RE2JS[] | WrittenFault {
  const compiled: RE2JS[] = [];
  for (const { pattern, at } of written) {
    try {
      compiled.push(RE2JS.compile(pattern));
    } catch (error) {
      return { message: `matches() cannot read its pattern: ${messageOf(error)}`, at };
    }
  }
  return compiled;
}

/** `character 9`, or with the line where there are several; both from 1. */
function placeOf(text: string, at: number): string {
  const before = text.slice(0, at).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return text.includes('\n') ? `line ${before.length}, character ${column}` : `character ${column}`;
}

interface Compiled {
  readonly text: string;
  readonly program: ParseResult;
  readonly written: Written;
  readonly patterns: readonly RE2JS[];
  readonly evaluation: Evaluation;
}

function expressionOf(compiled: Compiled): Expression {
  const { tests } = compiled.written;
  return {
    text: compiled.text,
    judge: (facts) => evaluate(compiled, facts),
    explain(facts) {
      const notes: TestNote[] = [];
      const passage = evaluate(compiled, facts, notes);
      return { passage, tests: notes.map(({ test, ...note }) => ({ text: tests[test] ?? '', ...note })) };
    },
  };
}

function evaluate(compiled: Compiled, facts: FilterFacts, notes?: TestNote[]): Passage {
  const { program, patterns, evaluation } = compiled;
  Object.assign(evaluation, freshEvaluation(), { patterns, notes });
  const isTrue = run(program, facts);
  // Spent inside `exists` or before `||`, it may have been passed over.
  if (evaluation.spent !== undefined) return { passes: false, reason: evaluation.spent.message };
  if (isTrue === true) return { passes: true };
  return { passes: false, reason: isTrue === false ? 'the filter is false' : failureOf(isTrue, compiled) };
}

/** What it comes to, or the error that it met. */
function run(program: ParseResult, facts: FilterFacts): unknown {
  try {
    return program(valuesOf(facts));
  } catch (error) {
    return error;
  }
}

/** The library's messages quote values, its codes do not. */
function failureOf(error: unknown, { evaluation: { failure }, written: { tests } }: Compiled): string {
  const where = failure !== undefined && failure.error === error ? ` in ${tests[failure.test] ?? ''}` : '';
  return `the filter failed${where}: ${whatOf(error)}`;
}

function whatOf(error: unknown): string {
  if (error instanceof AppError) return error.message;
  const code = codeOf(error);
  return typeof code === 'string' ? code.replaceAll('_', ' ') : 'it cannot be evaluated';
}
