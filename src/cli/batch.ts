/** Decides how questions about expressions are answered line by line, in order, while more are still coming. */
import { StringDecoder } from 'node:string_decoder';
import { compileSchedule, createScheduleTables } from '../scheduler/schedule.ts';
import type { ScheduleTables } from '../scheduler/schedule.ts';
import { readMoment } from '../scheduler/moment.ts';
import { hostZone } from '../scheduler/zones.ts';
import { isoTime } from './json.ts';

/** Bounds and defaults of a question. */
export interface BatchRules {
  readonly now: () => number;
  readonly maxCount: number;
}

/**
 * Answers every line of `input`: all lines of one piece together, so that a question typed is answered at once and a
 * hundred thousand cost few writes. A line that makes no sense is answered `{error}`, and the next one is read.
 */
export async function* answerBatch(
  input: AsyncIterable<Uint8Array>,
  rules: BatchRules,
): AsyncGenerator<string> {
  const tables = createScheduleTables();
  const decoder = new StringDecoder('utf8');
  let unfinished = '';
  for await (const piece of input) {
    const lines = `${unfinished}${decoder.write(Buffer.from(piece))}`.split('\n');
    unfinished = lines.pop() ?? '';
    if (lines.length > 0) yield lines.map((line) => answerLine(line, tables, rules)).join('');
  }
  const last = unfinished + decoder.end();
  if (last !== '') yield answerLine(last, tables, rules);
}

interface Question {
  readonly expression: string;
  readonly zone: string;
  readonly from: unknown;
  readonly count: number;
  /** What `H` is hashed from. */
  readonly hashSeed: string;
}

type Answer = { readonly at: readonly string[] } | { readonly error: string };

function answerLine(line: string, tables: ScheduleTables, rules: BatchRules): string {
  const value = parseLine(line);
  if (value === undefined) return `${JSON.stringify({ error: 'the line is no JSON object' })}\n`;
  const answer = answerQuestion(value, tables, rules);
  return `${JSON.stringify(value['id'] === undefined ? answer : { id: value['id'], ...answer })}\n`;
}

function parseLine(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    // Not JSON: the caller answers so.
    return undefined;
  }
}

function answerQuestion(
  value: Readonly<Record<string, unknown>>,
  tables: ScheduleTables,
  rules: BatchRules,
): Answer {
  const question = readQuestion(value, rules);
  if (typeof question === 'string') return { error: question };
  const { expression, zone, hashSeed } = question;
  const compiled = compileSchedule({ expression, zone, hashSeed }, tables);
  if (!compiled.ok) return { error: compiled.message };
  const from = startOf(question, tables, rules);
  if (typeof from === 'string') return { error: from };
  const at: string[] = [];
  for (let instant = compiled.schedule.next(from); instant !== undefined && at.length < question.count;) {
    at.push(isoTime(instant));
    instant = compiled.schedule.next(instant);
  }
  return { at };
}

/** The question, or what is wrong with it. */
function readQuestion(value: Readonly<Record<string, unknown>>, rules: BatchRules): Question | string {
  const { expression, timezone, from, count = 5 } = value;
  if (typeof expression !== 'string') return 'expression must be a string';
  if (timezone !== undefined && timezone !== null && typeof timezone !== 'string')
    return 'timezone must be a string';
  if (!Number.isInteger(count) || Number(count) < 1 || Number(count) > rules.maxCount) {
    return `count must be a whole number from 1 to ${rules.maxCount}`;
  }
  return {
    expression,
    zone: timezone ?? hostZone(),
    from,
    count: Number(count),
    hashSeed: seedOf(value['id']),
  };
}

/** The full name of the cron that has this id in the file, so that `H` stands for the same moment here and there. */
function seedOf(id: unknown): string {
  if (typeof id !== 'string' && typeof id !== 'number') return '';
  const name = String(id);
  return name.startsWith('cron:') ? name : `cron:${name}`;
}

/** Where to count from, epoch ms, or what is wrong with it. */
function startOf({ from, zone }: Question, tables: ScheduleTables, rules: BatchRules): number | string {
  if (from === undefined || from === null) return rules.now();
  if (typeof from === 'number') return Math.abs(from) <= 8.64e15 ? from : 'from is out of range';
  const clock = tables.clocks.clockOf(zone);
  if (typeof from !== 'string' || clock === undefined)
    return 'from must be a time such as 2026-12-24T18:00:00Z';
  const moment = readMoment(from, clock);
  return moment.ok ? moment.atMs : `from: ${moment.message}`;
}
