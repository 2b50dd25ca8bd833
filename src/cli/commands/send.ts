/** `untether send`: signs a request as the provider would and posts it to a webhook of the running service. */
import { randomUUID } from 'node:crypto';
import { AppError } from '../../core/errors.ts';
import { sign } from '../../triggers/sign.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { contentTypeOf, readData } from '../data.ts';
import { deliver } from '../deliver.ts';
import type { Answer } from '../deliver.ts';
import { exitCodes } from '../exit.ts';
import type { Input } from '../input.ts';
import type { Printer } from '../print.ts';
import { authOf, findWebhook } from '../webhooks.ts';

export const handle: Handler = async function send(input, context) {
  const { control, print, places, env, clock } = context;
  const { address, certificate, configFile } = await control.status();
  if (address === null)
    throw new AppError('unavailable', 'the service does not listen: `untether status` says why');
  // A service may have been started on another file than this folder would choose.
  const file = places.config().isNamed ? places.config().file : configFile;
  const webhook = await findWebhook(file, input.arg(0) ?? '');
  const body = await bodyOf(input, context);
  const contentType = input.text('type') ?? contentTypeOf(body);
  const auth = await authOf(webhook, file, env);
  const root = webhook.publicUrl ?? address;
  const signed = sign(auth, {
    url: `${root}${webhook.path}`,
    contentType,
    body,
    deliveryId: randomUUID(),
    at: clock.now(),
    event: input.text('event'),
  });
  const url = `${address}${signed.url.slice(root.length)}`;
  const headers = { 'content-type': contentType, ...signed.headers };
  const answer = await deliver({ url, headers, body: signed.body, fingerprint: certificate?.fingerprint });
  const isGood = answer.status >= 200 && answer.status < 300;
  if (print.json) print.value(answer);
  else show(answer, isGood, print);
  return isGood ? exitCodes.ok : exitCodes.failed;
};

/** The answer may be the output of a run, which has as many lines as it likes. */
function show({ status, body }: Answer, isGood: boolean, print: Printer): void {
  const [first = '', ...others] = body.trimEnd().split(/\r?\n/);
  print.line({ text: String(status), style: isGood ? 'green' : 'red' }, first);
  for (const other of others) print.line(other);
}

async function bodyOf(input: Input, context: CommandContext): Promise<Uint8Array> {
  const file = input.text('data');
  return file === undefined ? Buffer.from('{}') : readData(file, context);
}
