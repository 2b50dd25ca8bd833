/** Decides the keys of `[triggers]` and `[triggers.server]`. */
import * as z from 'zod';
import { flag, key, text, whole } from './key.ts';
import { cronTable } from './cron.ts';
import { tlsTable } from './tls.ts';
import { webhookTable } from './webhook.ts';

const PUBLIC_URL_HELP = 'expected what stands before the path, such as "https://hooks.example.com"';

function isPublicUrl(written: string): boolean {
  const url = URL.parse(written);
  const isPlain = url !== null && `${url.username}${url.password}${url.search}${url.hash}` === '';
  return isPlain && /^https?:\/\/[^/\s]+[^\s]*$/.test(written) && !/[?#]/.test(written);
}

/** `[triggers.server]`. */
export const serverTable = z.strictObject(
  {
    host: key(text.default('127.0.0.1'), { description: 'Address to listen on.', reload: 'listener_reload' }),
    port: key(whole(0, 65_535).default(9876), {
      description: 'Port to listen on; 0 takes any free one.',
      reload: 'listener_reload',
    }),
    rate_limit: key(whole(1, 1_000_000).default(60), {
      description: 'Requests a minute that each webhook takes, unless it says otherwise.',
      reload: 'applied',
    }),
    rate_limit_total: key(whole(1, 100_000_000).optional(), {
      description: 'Requests a minute that the whole service takes.',
      reload: 'applied',
      otherwise: 'ten times `rate_limit`',
    }),
    max_body_bytes: key(whole(1024, 104_857_600).default(1_048_576), {
      description: 'Longest body, in bytes, unless a webhook says otherwise.',
      reload: 'applied',
    }),
    trusted_proxies: key(z.array(text, { error: 'expected a list of address ranges' }).default([]), {
      description:
        'Address ranges (CIDR) of proxies whose `X-Forwarded-For`, `-Proto` and `-Host` are believed.',
      reload: 'applied',
    }),
    public_url: key(text.refine(isPublicUrl, PUBLIC_URL_HELP).optional(), {
      description:
        'What senders have before the path of a webhook, such as `https://hooks.example.com`: for those that sign the URL.',
      reload: 'applied',
      otherwise: 'what the `Host` header says, or a trusted proxy',
    }),
    tls: key(tlsTable.optional(), {
      description: 'Certificate and key, with which HTTPS is spoken in the place of HTTP.',
      reload: 'listener_reload',
    }),
  },
  { error: 'expected a table' },
);

const list = 'expected a list of tables';

/** `[triggers]`. */
export const triggersTable = z.strictObject(
  {
    enabled: key(flag.default(true), {
      description:
        'False: nothing fires by itself and no webhook answers. (The original left everything off unless it said `true`.)',
      reload: 'applied',
    }),
    default_timezone: key(text.optional(), {
      description: 'Zone of crons that name none; goes before the key of the same name at the top.',
      reload: 'applied',
      otherwise: 'the `default_timezone` at the top',
    }),
    allow_unauthenticated_webhooks: key(flag.default(false), {
      description: 'Serve webhooks with `auth = "none"` even on an address that is not loopback.',
      reload: 'applied',
    }),
    server: key(serverTable.prefault({}), {
      description: 'Where the service listens and what it lets in.',
      reload: 'applied',
    }),
    webhooks: key(z.array(webhookTable, { error: list }).default([]), {
      description: 'Paths that fire on a request.',
      reload: 'applied',
    }),
    crons: key(z.array(cronTable, { error: list }).default([]), {
      description: 'Schedules that fire by the clock.',
      reload: 'applied',
    }),
  },
  { error: 'expected a table' },
);

/** `[triggers]` without the triggers themselves, which are checked one by one. */
export const triggersFrame = triggersTable.omit({ webhooks: true, crons: true });
