/** `untether filter`: says whether a delivery would pass the filters of a webhook, and what decides it. */
import { parsePayload } from '../../triggers/payload.ts';
import { eventNameOf } from '../../triggers/delivery.ts';
import { queryValuesOf } from '../../triggers/filter/facts.ts';
import { eventPlacesOf } from '../../triggers/presets.ts';
import type { FilterFacts } from '../../core/trigger.ts';
import { AppError } from '../../core/errors.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { contentTypeOf, readData } from '../data.ts';
import { exitCodes } from '../exit.ts';
import { tryFilters } from '../filter-trial.ts';
import type { FilterTrial, Trial } from '../filter-trial.ts';
import { usage } from '../input.ts';
import type { Input } from '../input.ts';
import type { Printer } from '../print.ts';
import { findWebhook } from '../webhooks.ts';
import type { SentTo } from '../webhooks.ts';

export const handle: Handler = async function filter(input, context) {
  if (input.arg(0) !== 'test') throw usage(`there is no filter ${input.arg(0) ?? ''}; there is test`);
  const written = input.text('expression');
  const webhook = await webhookOf(input, context);
  if (written === undefined && webhook === undefined)
    throw usage('name what to test: --webhook ID or --expression CEL');
  const trial = tryFilters({
    events: listOf(webhook?.config.event_filter),
    expressions: written === undefined ? listOf(webhook?.config.filter) : [written],
    facts: await factsOf(input, context, webhook),
  });
  if (context.print.json) context.print.value(trial);
  else show(trial, context.print);
  return trial.passes ? exitCodes.ok : exitCodes.failed;
};

async function webhookOf(input: Input, { places }: CommandContext): Promise<SentTo | undefined> {
  const name = input.text('webhook');
  return name === undefined ? undefined : findWebhook(places.config().file, name);
}

async function factsOf(
  input: Input,
  context: CommandContext,
  webhook: SentTo | undefined,
): Promise<FilterFacts> {
  const file = input.text('data');
  const data = file === undefined ? Buffer.from('{}') : await readData(file, context);
  const headers = headersOf(input.words('header') ?? []);
  const contentType = input.text('type') ?? headers['content-type'] ?? contentTypeOf(data);
  const parsed = parsePayload(data, contentType);
  if (!parsed.ok)
    throw new AppError('invalid_argument', `the payload would be answered 400: ${parsed.reason}`);
  const url = `?${input.text('query') ?? ''}`;
  const delivery = { headers, url, parsed: parsed.value };
  return {
    body: parsed.value,
    headers: { 'content-type': contentType, ...headers },
    query: queryValuesOf(url),
    event: input.text('event') ?? eventNameOf(delivery, eventPlacesOf(webhook?.config.provider)),
  };
}

function headersOf(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([^:\s]+):\s*(.*)$/s.exec(line) ?? [];
      if (name === undefined || value === undefined) throw usage(`--header ${line} is not "Name: value"`);
      return [name.toLowerCase(), value];
    }),
  );
}

function listOf(written: string | readonly string[] | undefined): readonly string[] {
  if (written === undefined) return [];
  return typeof written === 'string' ? [written] : written;
}

const styles = { true: 'green', false: 'red', missing: 'yellow', failed: 'red' } as const;

function show({ passes, reason, trials }: FilterTrial, print: Printer): void {
  print.line(
    passes ? { text: 'passes', style: 'green' } : { text: 'does not pass:', style: 'red' },
    reason ?? '',
  );
  for (const trial of trials) showTrial(trial, print);
}

function showTrial({ expression, passes, tests }: Trial, print: Printer): void {
  print.line(' ', { text: passes ? 'true' : 'not', style: passes ? 'green' : 'red' }, ` ${expression}`);
  for (const { text, outcome, detail } of tests)
    print.line(
      '   ',
      { text: outcome, style: styles[outcome] },
      ` ${text}`,
      detail === null ? '' : `(${detail})`,
    );
}
