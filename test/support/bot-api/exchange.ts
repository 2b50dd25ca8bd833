/** Decides what becomes of one request: the fault that was ordered, or the method and its answer; and logs it. */
import { readParams } from './body.ts';
import { faultReply } from './faults.ts';
import type { FaultKind, Faults } from './faults.ts';
import type { CallLog, OpenCall, Outcome } from './log.ts';
import { methodNamed } from './methods/table.ts';
import { ClientGone, notFound, Refusal } from './refusal.ts';
import { failure, success } from './reply.ts';
import type { Reply } from './reply.ts';
import type { Incoming } from './server.ts';
import type { Raw } from './wire.ts';
import type { World } from './world.ts';

export interface Exchange {
  readonly world: World;
  readonly faults: Faults;
  readonly log: CallLog;
}

interface Ending {
  readonly outcome: Outcome;
  readonly reply: Reply;
}

const PATH = /^\/bot([^/]+)\/([^/?]+)\/?(?:\?|$)/;

export async function exchange(parts: Exchange, incoming: Incoming): Promise<Reply> {
  const [, token, name] = PATH.exec(incoming.url) ?? [];
  if (token === undefined || name === undefined) return failure(notFound());
  const params = paramsOf(incoming);
  const call = parts.log.open({
    method: methodNamed(name)?.name ?? name,
    token: token.replace(/%3a/i, ':'),
    params: params instanceof Refusal ? {} : params,
  });
  parts.world.changed();
  const { outcome, reply } =
    params instanceof Refusal ? refused(params) : await conduct(parts, call, incoming.closed);
  call.outcome = outcome;
  parts.world.changed();
  return reply;
}

function paramsOf(incoming: Incoming): Raw | Refusal {
  try {
    return readParams(incoming);
  } catch (error) {
    return refusalOf(error);
  }
}

async function conduct(parts: Exchange, call: OpenCall, closed: AbortSignal): Promise<Ending> {
  const before = parts.faults.take('before', call);
  if (before !== undefined) return faulted('before', before);
  const ending = await perform(parts.world, call, closed);
  const after = ending.outcome.kind === 'gone' ? undefined : parts.faults.take('after', call);
  return after === undefined ? ending : faulted('after', after);
}

async function perform(
  world: World,
  { method, token, params }: OpenCall,
  closed: AbortSignal,
): Promise<Ending> {
  try {
    const bot = world.bots.authorize(token);
    const found = methodNamed(method);
    if (found === undefined) throw notFound();
    const result = await found.run({ world, bot, params, closed });
    return { outcome: { kind: 'answered', result }, reply: success(result) };
  } catch (error) {
    if (error instanceof ClientGone) return { outcome: { kind: 'gone' }, reply: { kind: 'drop' } };
    return refused(refusalOf(error));
  }
}

function faulted(when: 'before' | 'after', fault: FaultKind): Ending {
  return { outcome: { kind: 'faulted', when, fault }, reply: faultReply(fault) };
}

function refused(refusal: Refusal): Ending {
  const { status, message: description } = refusal;
  return { outcome: { kind: 'refused', status, description }, reply: failure(refusal) };
}

/** Anything else is a fault of the double itself: it answers like a broken server, and says what broke. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Refusal(500, `Internal Server Error: the double failed: ${reason}`);
}
