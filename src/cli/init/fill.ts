/** Decides where answers go in the example: into the blocks that wait for them, with the comments that explain them. */
import { FIRST_CRON } from './answers.ts';
import type { Answers, BotAnswer, CronAnswer, WorkAnswer } from './answers.ts';
import { tomlText, tomlTexts } from './toml.ts';

type Lines = readonly string[];

/** A key and its value as TOML has it. */
type Entry = readonly [key: string, value: string];

/** The example with the answers in it; what was not answered is as it was. */
export function fillIn(example: string, { bot, cron }: Answers): string {
  const lines = example.split('\n');
  const withCron = cron === undefined ? lines : withEngine(withFirstCron(lines, cronLines(cron, bot)), cron);
  const withBot = bot === undefined ? withCron : withTable(withCron, 'transports.telegram', botEntries(bot));
  return withBot.join('\n');
}

function botEntries({ token, apiRoot, chat, user }: BotAnswer): readonly Entry[] {
  const people = user === undefined ? undefined : `[${user}]`;
  const entries: ReadonlyArray<readonly [string, string | undefined]> = [
    ['bot_token', tomlText(token)],
    ['api_root', apiRoot === undefined ? undefined : tomlText(apiRoot)],
    ['chat_id', chat?.toString()],
    ['allowed_user_ids', people],
    ['admins', people],
  ];
  return entries.filter((entry): entry is Entry => entry[1] !== undefined);
}

function cronLines({ work, when, words }: CronAnswer, bot: BotAnswer | undefined): Lines {
  const schedule: readonly Entry[] =
    when.kind === 'every'
      ? [['every', tomlText(when.every)]]
      : [
          ['schedule', tomlText(when.expression)],
          ['timezone', tomlText(when.zone)],
        ];
  const hasNews = bot?.chat !== undefined && work.kind !== 'prompt';
  const told: readonly Entry[] = hasNews ? [['notify_on_failure', 'true']] : [];
  return [
    `# Fires ${words}. See what it did with: untether runs, untether logs RUN`,
    '[[triggers.crons]]',
    ...[['id', tomlText(FIRST_CRON)] as const, ...schedule, ...workEntries(work), ...told].map(entryLine),
  ];
}

function workEntries(work: WorkAnswer): readonly Entry[] {
  switch (work.kind) {
    case 'prompt':
      return [
        ['engine', tomlText(work.engine)],
        ['prompt', tomlText(work.prompt)],
      ];
    case 'command':
      return [
        ['action', '"command"'],
        ['command', tomlTexts(work.argv)],
      ];
    case 'shell':
      return [
        ['action', '"command"'],
        ['shell', 'true'],
        ['command', tomlTexts([work.line])],
      ];
  }
}

function entryLine([key, value]: Entry): string {
  return `${key} = ${value}`;
}

/** Takes the place of the cron that the example begins with, and of what is said about it. */
function withFirstCron(lines: Lines, block: Lines): Lines {
  const head = lines.indexOf('[[triggers.crons]]');
  if (head < 0) return [...lines, ...block, ''];
  const before = lines.slice(0, head).findLastIndex((line) => !line.startsWith('#'));
  const length = lines.slice(head).findIndex((line) => line.trim() === '');
  const after = length < 0 ? lines.length : head + length;
  return [...lines.slice(0, before + 1), ...block, ...lines.slice(after)];
}

/** The agent of the first cron is the one that is there: chat asks it too. */
function withEngine(lines: Lines, { work }: CronAnswer): Lines {
  if (work.kind !== 'prompt') return lines;
  return lines.map((line) => {
    const [, key, comment = ''] = WAITING.exec(line) ?? [];
    return key === 'default_engine' && !isInTable(lines, line)
      ? `${entryLine([key, tomlText(work.engine)])}${comment}`
      : line;
  });
}

/** Whether a table begins above the line, in force or not: the same key means something else there. */
function isInTable(lines: Lines, line: string): boolean {
  return lines.slice(0, lines.indexOf(line)).some((one) => /^(# )?\[/.test(one));
}

/** `# key = value   # what it is`. */
const WAITING = /^# (\w+) *= .*?(\s+# .*)?$/;

/** Puts the table `# [name]` into force; keys that wait in it get their values, the others come first. */
function withTable(lines: Lines, name: string, entries: readonly Entry[]): Lines {
  const head = lines.indexOf(`# [${name}]`);
  if (head < 0) return [...lines, `[${name}]`, ...entries.map(entryLine), ''];
  const length = lines.slice(head + 1).findIndex((line) => !WAITING.test(line));
  const end = length < 0 ? lines.length : head + 1 + length;
  const values = new Map(entries);
  const filled = lines.slice(head + 1, end).map((line) => {
    const [, key = '', comment = ''] = WAITING.exec(line) ?? [];
    const value = values.get(key);
    if (value === undefined) return line;
    values.delete(key);
    return `${entryLine([key, value])}${comment}`;
  });
  return [
    ...lines.slice(0, head),
    `[${name}]`,
    ...[...values].map(entryLine),
    ...filled,
    ...lines.slice(end),
  ];
}
