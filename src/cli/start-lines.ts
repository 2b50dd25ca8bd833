/** Decides what a person sees when the service has started: where it listens, what fires next, how to try it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Service } from '../service/service.ts';
import type { CommandContext } from './command-spec.ts';
import { curlLine } from './curl-line.ts';
import { scheduleInWords } from './fires.ts';
import { EXAMPLE_NAME } from './init.ts';
import { statusJson } from './json.ts';
import { packageRoot } from './package-root.ts';
import { relativeTime } from './print.ts';
import { readWebhooks } from './webhooks.ts';

const SHOWN_FIRES = 5;

/** Prints the start lines; nothing that fails here may hurt the service. */
export async function announce(
  service: Pick<Service, 'control' | 'address'>,
  { print, clock }: Pick<CommandContext, 'print' | 'clock'>,
): Promise<void> {
  const status = await service.control.status();
  const { address } = service;
  if (print.json) {
    print.value(statusJson(status));
    return;
  }
  print.line(
    { text: 'untether', style: 'bold' },
    status.version,
    `serves ${status.configFile}, revision ${status.revision}`,
  );
  print.line('listening on', address ?? 'nothing yet: see the log');
  for (const fire of service.control.next({ count: SHOWN_FIRES })) {
    // Where nobody looks, a service that stays small is worth more than words.
    const words = print.isTerminal ? await scheduleInWords(fire) : '';
    const cells = [
      fire.trigger,
      fire.local,
      `(${relativeTime(fire.at, clock.now())})`,
      words,
      fire.note ?? '',
    ];
    print.line('next:', ...cells.filter((cell) => cell !== ''));
  }
  const line =
    address === null
      ? undefined
      : await tryLine({
          file: status.configFile,
          address,
          areOpenServed: status.conditions.every(({ code }) => code !== 'open_webhook_refused'),
          isTerminal: print.isTerminal,
        });
  if (line !== undefined) print.line('try:', line);
}

interface Trial {
  readonly file: string;
  readonly address: string;
  /** Webhooks that ask for no proof are served here. */
  readonly areOpenServed: boolean;
  readonly isTerminal: boolean;
}

async function tryLine({ file, address, areOpenServed, isTerminal }: Trial): Promise<string | undefined> {
  try {
    const maySayLiteral = isTerminal || (await isExample(file));
    const served = (await readWebhooks(file)).filter(({ how }) => areOpenServed || how !== 'none');
    return curlLine(served, { address, maySayLiteral });
  } catch {
    // The file changed after it was loaded; the line is a courtesy.
    return undefined;
  }
}

/** The example's secrets are public. */
async function isExample(file: string): Promise<boolean> {
  const example = join(packageRoot(), EXAMPLE_NAME);
  return existsSync(example) && (await readFile(file, 'utf8')) === (await readFile(example, 'utf8'));
}
