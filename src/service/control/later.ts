/** Decides how a run that is to begin once, later, enters the ledger, and how many a chat may have pending. */
import type { AtWhat, ChatOrder, Control } from '../../core/control.ts';
import { formatDuration } from '../../core/duration.ts';
import { AppError } from '../../core/errors.ts';
import type { RunLedger } from '../../core/run-ledger.ts';
import { chatKey } from '../../core/message.ts';
import type { Taken } from '../../core/views.ts';
import { oddWords } from '../../scheduler/odd-moment.ts';
import { parseWhen } from '../../scheduler/when.ts';
import type { When } from '../../scheduler/when.ts';
import { birth, enter } from './enter.ts';
import type { Birth, EnterDeps } from './enter.ts';
import { pendingRuns, shotTrigger } from './pending.ts';
import { askedSpec, orderedBy } from './specs.ts';
import { comingOf } from './times.ts';
import type { Now } from './when.ts';
import { splitWhen } from './when.ts';

/** The nearest that a chat may ask for. */
const NEAREST_MS = 10_000;

/** See `Control.at`. */
export async function scheduleOnce(
  deps: EnterDeps,
  { when, what, zone }: Parameters<Control['at']>[0],
): Promise<Taken> {
  const born = birth(deps, undefined);
  const now = nowOf(born, zone);
  const read = await parseWhen(when, now);
  const dueAt = comingOf(when, read, now);
  return noted(await enterLater(deps, born, { what, dueAt, order: undefined }), read, now);
}

/** See `Control.askLater`. */
export async function askLater(
  deps: EnterDeps,
  { text, ask, zone, order }: Parameters<Control['askLater']>[0],
): Promise<Taken> {
  const born = birth(deps, order);
  const now = nowOf(born, zone);
  const { when, read, rest: prompt } = await splitWhen(text, now);
  const dueAt = comingOf(when, read, now);
  if (prompt === '')
    throw new AppError('invalid_argument', `what is to be done ${when}? the prompt is missing`);
  if (dueAt - now.nowMs < NEAREST_MS)
    throw new AppError(
      'invalid_argument',
      `that is nearer than ${formatDuration(NEAREST_MS)}: ask without /at`,
    );
  await refuseTooMany(deps.runs, chatKey(order.to), born.snapshot.chat);
  return noted(
    await enterLater(deps, born, { what: { kind: 'prompt', ...ask, prompt }, dueAt, order }),
    read,
    now,
  );
}

/** The moment is what was asked for, or what the clock makes of it. */
function noted(taken: Taken, read: When, { zone }: Now): Taken {
  return read.ok && read.odd !== undefined ? { ...taken, note: oddWords(read.odd, zone) } : taken;
}

function nowOf({ snapshot, row }: Birth, zone = snapshot.defaults.zone): Now {
  return { nowMs: row.admittedAt, zone };
}

async function refuseTooMany(
  runs: RunLedger,
  chat: string,
  { maxPending }: { readonly maxPending: number },
): Promise<void> {
  const { length: pending } = await pendingRuns(runs, chat);
  if (pending < maxPending) return;
  throw new AppError(
    'queue_full',
    `${pending} are pending in this chat already, and no more than ${maxPending} may be; /at list shows them`,
  );
}

interface Later {
  readonly what: AtWhat;
  readonly dueAt: number;
  readonly order: ChatOrder | undefined;
}

function enterLater(
  deps: EnterDeps,
  { snapshot, row }: Birth,
  { what, dueAt, order }: Later,
): Promise<Taken> {
  const trigger = shotTrigger(row.id);
  const { spec } = askedSpec(snapshot, what, trigger);
  return enter(deps, {
    ...row,
    trigger,
    source: 'at',
    dueAt,
    state: 'scheduled',
    spec: orderedBy(spec, order),
    limit: { kind: 'none' },
  });
}
