/** Decides which triggers are compiled anew and which stay the very objects they were, so that a reload costs what changed. */
import { isDeepStrictEqual } from 'node:util';
import { deepFreeze } from '../core/freeze.ts';
import type { TriggerId } from '../core/ids.ts';
import type { Secret } from '../core/secret.ts';
import type { Trigger } from '../core/trigger.ts';
import { checkCron, checkWebhook } from './check.ts';
import type { Checked } from './check.ts';
import type { CompileContext, Compiled } from './compile-context.ts';
import { callbackSecrets } from './compile-callback.ts';
import { compileCron } from './compile-cron.ts';
import { compileWebhook } from './compile-webhook.ts';
import { reportSecrets } from './compile-reports.ts';
import { secretValues } from './conceal.ts';
import type { RawTable } from './parse.ts';
import { asTable } from './parse.ts';
import type { Problem } from './problem.ts';
import { isAftermath, remainsOf } from './remains.ts';
import { cronTable } from './schema/cron.ts';
import { webhookTable } from './schema/webhook.ts';
import type { CronConfig } from './schema/cron.ts';
import type { WebhookConfig } from './schema/webhook.ts';
import type { SecretUse } from './secrets.ts';
import { revealedText, usesOf } from './secrets.ts';
import { inSlices } from './slices.ts';

/** A trigger that has the shape of the schema. */
type Shape =
  | { readonly kind: 'cron'; readonly config: CronConfig }
  | { readonly kind: 'webhook'; readonly config: WebhookConfig };

/** A trigger between reading and compiling; paths begin at its own table. */
export interface Draft {
  readonly raw: RawTable;
  /** Undefined: it does not have the shape of the schema. */
  readonly shape: Shape | undefined;
  /** Of one that does not: the keys that do, with stand-ins, to find what is wrong with them. */
  readonly remains: Shape | undefined;
  readonly uses: readonly SecretUse[];
  readonly problems: readonly Problem[];
}

/** A compiled trigger and what it was compiled from. */
export interface Finished {
  readonly draft: Draft;
  readonly trigger: Trigger | undefined;
  /** Its secrets in one text: when it changes, so did they. */
  readonly revealed: string;
  readonly problems: readonly Problem[];
  readonly secrets: ReadonlyArray<readonly [name: string, secret: Secret]>;
}

/** What one load keeps for the next. */
export interface TriggerMemory {
  readonly byRaw: ReadonlyMap<RawTable, Finished>;
  readonly byId: ReadonlyMap<TriggerId, Finished>;
  /** Everything outside the triggers that they were compiled with, in one text. */
  readonly contextKey: string;
}

/** Checks the tables of one list against the schema; equal objects are taken from last time. */
export async function draftTriggers(
  kind: Shape['kind'],
  tables: readonly unknown[],
  memory: TriggerMemory | undefined,
): Promise<readonly Draft[]> {
  const drafts: Draft[] = [];
  await inSlices(tables, (value) => {
    const raw = asTable(value) ?? {};
    drafts.push(memory?.byRaw.get(raw)?.draft ?? draftTrigger(kind, raw, value));
  });
  return drafts;
}

function draftTrigger(kind: Shape['kind'], raw: RawTable, value: unknown): Draft {
  const shape = shapeOf(kind, value);
  const { problems } = shape;
  if (shape.ok) return { raw, shape: shape.value, remains: undefined, uses: usesIn(shape.value), problems };
  const remains = asTable(value) === undefined ? undefined : remainsIn(kind, raw, problems);
  const uses = remains === undefined ? [] : usesIn(remains);
  return {
    raw,
    shape: undefined,
    remains,
    uses: uses.filter((use) => !isAftermath(use, problems)),
    problems,
  };
}

function remainsIn(kind: Shape['kind'], raw: RawTable, problems: readonly Problem[]): Shape | undefined {
  const known = Object.keys((kind === 'cron' ? cronTable : webhookTable).shape);
  const left = remainsOf({ raw, problems, known });
  const first = shapeOf(kind, left);
  if (first.ok) return first.value;
  // Part of a value may be wrong because of what was taken out of it: then the whole value goes.
  const whole = first.problems.map((problem) => ({ ...problem, path: problem.path.slice(0, 1) }));
  const second = shapeOf(kind, remainsOf({ raw: left, problems: whole, known }));
  return second.ok ? second.value : undefined;
}

function shapeOf(kind: Shape['kind'], value: unknown): Checked<Shape> {
  if (kind === 'cron') {
    const checked = checkCron(value, []);
    return checked.ok ? { ...checked, value: { kind, config: checked.value } } : checked;
  }
  const checked = checkWebhook(value, []);
  return checked.ok ? { ...checked, value: { kind, config: checked.value } } : checked;
}

function usesIn({ kind, config }: Shape): readonly SecretUse[] {
  return [
    ...(kind === 'webhook' && config.secret !== undefined ? usesOf(['secret'], config.secret) : []),
    ...(kind === 'webhook' && config.verify_token !== undefined
      ? usesOf(['verify_token'], config.verify_token)
      : []),
    ...secretValues(['env'], config.env),
    ...secretValues(['forward_headers'], config.forward_headers),
    ...secretValues(['fetch', 'headers'], config.fetch?.headers),
    ...reportSecrets(config),
    ...(kind === 'webhook' ? callbackSecrets(config) : []),
  ];
}

/** What compiling a list of drafts depends on. */
export interface CompileRound {
  readonly context: CompileContext;
  readonly contextKey: string;
  readonly memory: TriggerMemory | undefined;
}

/** Compiles drafts, whose secrets are read by now; the answers stand in the same order. */
export async function finishTriggers(
  drafts: readonly Draft[],
  round: CompileRound,
): Promise<readonly Finished[]> {
  const finished: Finished[] = [];
  await inSlices(drafts, (draft) => {
    finished.push(finish(draft, round));
  });
  return finished;
}

function finish(draft: Draft, { context, contextKey, memory }: CompileRound): Finished {
  const revealed = revealedText(draft.uses, { get: context.secretOf });
  const last = memory?.contextKey === contextKey ? memory.byRaw.get(draft.raw) : undefined;
  if (last?.revealed === revealed) return last;
  const { shape } = draft;
  if (shape === undefined)
    return { draft, trigger: undefined, revealed, problems: allFaults(draft, context), secrets: [] };
  const compiled = compileShape(shape, draft.raw, context);
  const before = compiled.value === undefined ? undefined : memory?.byId.get(compiled.value.id);
  const trigger =
    before !== undefined && isSame(before, { shape, trigger: compiled.value, revealed })
      ? before.trigger
      : deepFreeze(compiled.value);
  const problems = [...draft.problems, ...compiled.problems];
  return { draft, trigger, revealed, problems, secrets: compiled.secrets };
}

/** What is wrong with the shape of a trigger, and with the keys that have it. */
function allFaults({ raw, remains, problems }: Draft, context: CompileContext): readonly Problem[] {
  if (remains === undefined) return problems;
  const further = compileShape(remains, raw, context).problems.filter(
    (one) => one.severity === 'error' && !isAftermath(one, problems),
  );
  return [...problems, ...further];
}

function compileShape(shape: Shape, raw: RawTable, context: CompileContext): Compiled<Trigger> {
  return shape.kind === 'cron'
    ? compileCron(shape.config, raw, context)
    : compileWebhook(shape.config, raw, context);
}

/** Whether a trigger that was compiled again is what it was, however differently it is written now. */
function isSame(
  before: Finished,
  now: { readonly shape: Shape; readonly trigger: Trigger | undefined; readonly revealed: string },
): boolean {
  if (before.trigger === undefined || now.trigger === undefined || before.revealed !== now.revealed)
    return false;
  return (
    isDeepStrictEqual(authKeys(before.draft.shape), authKeys(now.shape)) &&
    isDeepStrictEqual(comparable(before.trigger), comparable(now.trigger))
  );
}

const authKeyNames = ['auth', 'provider', 'username', 'signature'] as const;

/** The keys that decide the verifier, which is a function and can be compared by nothing else. */
function authKeys(shape: Shape | undefined): unknown {
  return shape?.kind === 'webhook' ? authKeyNames.map((key) => shape.config[key]) : undefined;
}

const unfollowed = { verify: 0, verifyStream: 0, earlyHandshake: 0, handshake: 0 } as const;

function comparable(trigger: Trigger): unknown {
  if (trigger.kind === 'webhook') {
    // What names a burst or a file, filters and knows addresses are functions too, and follow from the keys as written.
    const coalesce = trigger.coalesce && { ...trigger.coalesce, keyOf: undefined };
    const [filter, allowed] = [trigger.filter?.expressions, trigger.allowed?.ranges];
    const upload = trigger.upload && { ...trigger.upload, pathOf: undefined };
    return { ...trigger, ...unfollowed, coalesce, upload, filter, allowed };
  }
  const { expression, zone, key } = trigger.schedule;
  return { ...trigger, schedule: [expression, zone, key] };
}
