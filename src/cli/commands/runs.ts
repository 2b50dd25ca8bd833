/** `untether runs`: lists runs, or shows one. */
import type { LostReport } from '../../core/report-ledger.ts';
import type { MessageView } from '../../core/views.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Attempt, Run, RunState } from '../../core/run.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { usage } from '../input.ts';
import type { Input } from '../input.ts';
import { lostReportJson, messageJson, runJson } from '../json.ts';
import { localTime, stateCell } from '../print.ts';
import type { Cell, Printer } from '../print.ts';
import { SequenceFilter } from '../terminal-text.ts';

const DEFAULT_LIMIT = 50;

export const handle: Handler = async function runs(input, context) {
  const id = input.arg(0);
  await (id === undefined ? listRuns(input, context) : showRun(id, input, context));
  return exitCodes.ok;
};

async function listRuns(input: Input, { control, print }: CommandContext): Promise<void> {
  const trigger = input.text('trigger');
  const state = input.text('state') as RunState | undefined;
  if (input.isSet('dead') && state !== undefined) throw usage('--dead lists failed runs: leave --state out');
  const found = await control.runs({
    limit: input.number('limit') ?? DEFAULT_LIMIT,
    ...(trigger === undefined ? {} : { trigger }),
    ...(state === undefined ? {} : { state }),
    ...(input.isSet('dead') && { dead: true }),
  });
  if (print.json) print.value(found.map(runJson));
  else print.table(['RUN', 'TRIGGER', 'STATE', 'DUE', 'TOOK', 'REASON'], found.map(rowOf));
}

function rowOf(run: Run): Parameters<Printer['table']>[1][number] {
  return [run.id, run.trigger, stateCell(run.state), localTime(run.dueAt), took(run), run.reason ?? ''];
}

function took({ startedAt, endedAt }: Run): string {
  return startedAt === null || endedAt === null ? '-' : formatDuration(endedAt - startedAt);
}

async function showRun(id: string, input: Input, { control, print }: CommandContext): Promise<void> {
  const selects = ['trigger', 'state', 'dead', 'limit'].filter(
    (flag) =>
      input.text(flag) !== undefined ||
      input.number(flag) !== undefined ||
      (flag === 'dead' && input.isSet(flag)),
  );
  if (selects.length > 0)
    throw usage(`--${selects[0]} selects from the list and does not go with the id of one run`);
  const found = await control.run(id);
  const { run, payload, output, messages, lostReports } = found;
  if (print.json)
    print.value({
      ...runJson(run),
      payload,
      output,
      messages: messages.map(messageJson),
      lostReports: lostReports.map(lostReportJson),
    });
  else describe(found, print);
}

type Found = Awaited<ReturnType<CommandContext['control']['run']>>;

function describe({ run, payload, output, messages, lostReports }: Found, print: Printer): void {
  print.line('run', { text: run.id, style: 'bold' }, stateCell(run.state), run.reason ?? '');
  print.line('  trigger ', run.trigger, `(${run.source}, revision ${run.revision})`);
  if (run.origin !== null) print.line(run.source === 'manual' ? '  goes on ' : '  repeats ', run.origin);
  print.line('  due     ', localTime(run.dueAt));
  print.line('  admitted', localTime(run.admittedAt));
  for (const attempt of run.attempts) print.line(`  attempt ${attempt.number}`, attemptText(attempt));
  for (const message of messages) print.line('  message ', ...messageCells(message));
  for (const report of lostReports) print.line('  report  ', ...lostCells(report));
  if (payload !== null) printText(`payload, ${run.payloadBytes} bytes`, payload, print);
  if (output !== '') printText('output', output, print);
}

const messageStyles = {
  waiting: 'blue',
  sending: 'blue',
  sent: 'green',
  unknown: 'yellow',
  failed: 'red',
} as const satisfies Record<MessageView['state'], string>;

/** Whether a chat was told, which is another question than how the run went. */
function messageCells({ to, kind, state, reason, sentAt }: MessageView): readonly Cell[] {
  const topic = to.thread === undefined ? '' : `, topic ${to.thread}`;
  const when = sentAt === null ? '' : localTime(sentAt);
  return [
    `${kind} to chat ${to.chat} (bot ${to.bot}${topic}):`,
    { text: state, style: messageStyles[state] },
    ...[when, reason ?? ''].filter((cell) => cell !== ''),
  ];
}

function lostCells({ kind, attempts, reason, at }: LostReport): readonly Cell[] {
  const what = kind === 'callback' ? 'callback' : `ping of the ${kind}`;
  return [`${what}:`, { text: 'given up', style: 'red' }, localTime(at), `tries ${attempts}, ${reason}`];
}

function attemptText({ startedAt, endedAt, exitCode, endedBy, reason }: Attempt): string {
  const end = endedAt === null ? 'still running' : `took ${formatDuration(endedAt - startedAt)}`;
  const facts = [
    end,
    exitCode === null ? '' : `exit ${exitCode}`,
    endedBy === null ? '' : `ended by ${endedBy}`,
    reason ?? '',
  ];
  return `${localTime(startedAt)}  ${facts.filter((fact) => fact !== '').join(', ')}`;
}

function printText(title: string, text: string, print: Printer): void {
  print.line({ text: `--- ${title}`, style: 'gray' });
  const shown = print.isTerminal ? new SequenceFilter().push(text) : text;
  print.raw(shown.endsWith('\n') ? shown : `${shown}\n`);
}
