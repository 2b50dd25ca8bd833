/** `untether verify`: says at which step a recorded delivery passes or fails, and never what would have passed. */
import type { Delivery } from '../../core/trigger.ts';
import { compileAuth } from '../../triggers/auth.ts';
import { diagnose } from '../../triggers/diagnose.ts';
import { diagnoseAsked } from '../ask-plugin.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { readData } from '../data.ts';
import { exitCodes } from '../exit.ts';
import { readHead } from '../header-file.ts';
import { usage } from '../input.ts';
import type { Input } from '../input.ts';
import { readTime, zoneClock } from '../times.ts';
import { everyAuthOf, findWebhook } from '../webhooks.ts';

export const handle: Handler = async function verify(input, context) {
  const { print, places, env, clock } = context;
  const { file } = places.config();
  const webhook = await findWebhook(file, given(input, 'webhook'));
  const head = readHead(Buffer.from(await bytes(input, 'headers', context)).toString());
  const body = await bytes(input, 'body', context);
  const at = input.text('at');
  const [origin, url] = splitUrl(input.text('url'));
  const auth = await everyAuthOf(webhook, file, env);
  const delivery: Delivery = {
    method: 'POST',
    url: url ?? head.url ?? webhook.path,
    origin: () => origin ?? webhook.publicUrl ?? `${webhook.scheme}://${head.headers['host'] ?? ''}`,
    headers: head.headers,
    body,
    receivedAt: at === undefined ? clock.now() : readTime(at, zoneClock(undefined)),
  };
  const diagnosis =
    auth.kind === 'plugin'
      ? await diagnoseAsked(auth.asks, delivery, context)
      : diagnose(compileAuth(auth).verify, delivery);
  if (print.json) print.value(diagnosis);
  else if (diagnosis.ok) print.line({ text: 'good:', style: 'green' }, `${webhook.id} lets this delivery in`);
  else {
    print.line({ text: 'refused:', style: 'red' }, diagnosis.finding);
    print.line(`  ${diagnosis.remedy}`);
  }
  return diagnosis.ok ? exitCodes.ok : exitCodes.failed;
};

function given(input: Input, flag: 'webhook' | 'headers' | 'body'): string {
  const value = input.text(flag);
  if (value === undefined) throw usage(`--${flag} is missing`);
  return value;
}

function bytes(input: Input, flag: 'headers' | 'body', context: CommandContext): Promise<Uint8Array> {
  return readData(given(input, flag), context, flag);
}

function splitUrl(written: string | undefined): readonly [origin?: string | undefined, url?: string] {
  if (written === undefined) return [];
  const match = /^(https?:\/\/[^/?#]+)([/?].*)?$/.exec(written);
  if (match === null) throw usage('--url is not what a sender calls, such as https://hooks.example.com/push');
  return [match[1], match[2] ?? '/'];
}
