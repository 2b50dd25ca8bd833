/** Decides what a file gives away: literal secrets that others may read, routes that ask for no proof. */
import { isLoopback } from '../net/range.ts';
import type { Draft } from './compile-triggers.ts';
import type { FrameParts } from './compile-frame.ts';
import { warning } from './problem.ts';
import type { Problem } from './problem.ts';
import type { SecretUse } from './secrets.ts';
import type { Whole } from './whole.ts';

/** What is looked at. */
export interface ExposureFacts {
  readonly whole: Whole;
  readonly uses: readonly SecretUse[];
  readonly parts: Pick<FrameParts, 'server'>;
  readonly webhooks: readonly Draft[];
}

/** Warnings about them. */
export function exposures({ whole, uses, parts, webhooks }: ExposureFacts): readonly Problem[] {
  return [...readableSecret(whole, uses), ...openRoutes(parts, webhooks)];
}

function readableSecret({ originOf }: Whole, uses: readonly SecretUse[]): readonly Problem[] {
  const isReadable = ({ path }: SecretUse): boolean => (originOf(path).document.mode & 0o004) !== 0;
  const literal = uses.find((use) => typeof use.source === 'string' && isReadable(use));
  if (literal === undefined) return [];
  return [
    warning(
      literal.path,
      'this secret stands in a file that every user may read: chmod 600, or name a variable or a file',
    ),
  ];
}

/** The address that counts is the one really bound; this is a word in advance. */
function openRoutes({ server }: Pick<FrameParts, 'server'>, webhooks: readonly Draft[]): readonly Problem[] {
  if (server.allowUnauthenticated || isLocal(server.host)) return [];
  return webhooks.flatMap(({ shape }, index) => {
    const isOpen = shape?.kind === 'webhook' && shape.config.auth === 'none';
    const message = `will not be served: auth = "none" on ${server.host}, which is not loopback (allow_unauthenticated_webhooks = true serves it)`;
    return isOpen ? [warning(['triggers', 'webhooks', index, 'auth'], message)] : [];
  });
}

function isLocal(host: string): boolean {
  return host.toLowerCase() === 'localhost' || isLoopback(host.replace(/^\[(.*)\]$/, '$1'));
}
