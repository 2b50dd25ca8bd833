/** Decides what of the service somebody reaches from a chat: users what belongs to the chat, operators everything. */
import type { TriggerView } from '../core/views.ts';
import { AppError } from '../core/errors.ts';
import { chatKey } from '../core/message.ts';
import type { Run } from '../core/run.ts';
import type { Asking, ChatWorld } from './command.ts';
import { mayDo } from './roles.ts';

type Person = Pick<Asking, 'incoming' | 'role'>;

/** The chat as runs and triggers name it. */
export function chatOf({ incoming }: Pick<Asking, 'incoming'>): string {
  return chatKey(incoming.to);
}

/** The run that an id means. Throws `not_found` and `ambiguous`; a run of another chat is not there for a user. */
export async function reachRun(id: string, person: Person, { control }: ChatWorld): Promise<Run> {
  const { run } = await control.run(id);
  if (mayDo(person.role, 'operator') || run.chat === chatOf(person)) return run;
  throw new AppError('not_found', `there is no run ${id} of this chat`);
}

/** The trigger that a name means; one of another chat is not there for a user. */
export async function reachTrigger(
  name: string,
  person: Person,
  { control }: ChatWorld,
): Promise<TriggerView> {
  const isFree = mayDo(person.role, 'operator');
  const [trigger] = await control.triggers({ trigger: name }).catch((error: unknown) => {
    // What it is near to may belong to another chat.
    if (!isFree && error instanceof AppError && error.code === 'not_found') return [];
    throw error;
  });
  if (trigger !== undefined && (isFree || trigger.chat === chatOf(person))) return trigger;
  throw new AppError('not_found', `there is no trigger ${name} of this chat`);
}
