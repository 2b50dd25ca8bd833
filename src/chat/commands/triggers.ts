/** `/triggers`: what may fire in this chat, ten a page, with buttons to steer each. */
import type { Pause } from '../../core/trigger-ledger.ts';
import type { TriggerView } from '../../core/views.ts';
import { AppError } from '../../core/errors.ts';
import type { Button } from '../../core/message.ts';
import { buttonRow, buttonRows, logButton } from '../buttons.ts';
import type { ChatCommand } from '../command.ts';
import { chatOf } from '../reach.ts';
import { mayDo } from '../roles.ts';
import type { Role } from '../roles.ts';
import { triggerLines } from '../words.ts';

const PAGE = 10;

/** A page of them; who may not steer gets the buttons that explain. */
export const triggers: ChatCommand = {
  name: 'triggers',
  role: 'user',
  usage: ['PAGE?'],
  summary: "this chat's triggers: schedule, next fire, last result, with buttons",
  examples: [{ line: '/triggers', does: 'shows the first ten' }],
  async handle(asking, { control, clock }) {
    const all = await control.triggers({ chat: chatOf(asking) });
    if (all.length === 0)
      return { text: 'no triggers belong to this chat: give one this chat_id in the file' };
    const pages = Math.ceil(all.length / PAGE);
    const page = pageOf(asking.text, pages);
    const shown = all.slice((page - 1) * PAGE, page * PAGE);
    const now = clock.now();
    const lines = shown.flatMap((one) => triggerLines(one, asking.profile.zone, now));
    const title = pages === 1 ? [] : [`page ${page} of ${pages}, ${all.length} triggers`];
    return {
      text: [...title, ...lines].join('\n'),
      buttons: buttonRows(...shown.map((one) => steering(one, asking.role)), turning(page, pages)),
    };
  },
};

function pageOf(text: string, pages: number): number {
  if (text === '') return 1;
  const page = Number(text);
  if (Number.isInteger(page) && page >= 1 && page <= pages) return page;
  throw new AppError(
    'invalid_argument',
    `expected the number of a page, 1 to ${pages}, not ${JSON.stringify(text)}`,
  );
}

function steering({ id, disabled, last, pause }: TriggerView, role: Role): readonly Button[] {
  const isOperator = mayDo(role, 'operator');
  const hold = pause === null ? { label: 'Pause', command: `/pause ${id}` } : ending(pause);
  const run = disabled === null ? [{ label: `Run ${id}`, command: `/fire ${id}` }] : [];
  return buttonRow(
    ...(isOperator ? [...run, hold] : []),
    { label: isOperator && disabled === null ? 'Why' : `Why ${id}`, command: `/why ${id}` },
    ...(last === null ? [] : [logButton(last.id)]),
  );
}

/** A pause of everything is ended as a whole. */
function ending({ trigger }: Pause): Button {
  return trigger === undefined
    ? { label: 'Resume all', command: '/resume' }
    : { label: 'Resume', command: `/resume ${trigger}` };
}

function turning(page: number, pages: number): readonly Button[] {
  return [
    ...(page > 1 ? [{ label: '‹', command: `/triggers ${page - 1}` }] : []),
    ...(page < pages ? [{ label: '›', command: `/triggers ${page + 1}` }] : []),
  ];
}
