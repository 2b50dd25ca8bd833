/** Decides what a `trigger-rule` of adnanh/webhook becomes: who may call, from where, and a filter; docs/Hook-Rules.md. */
import { parseRange } from '../../net/range.ts';
import type { ProviderName } from '../../triggers/auth.ts';
import { expressionOf } from './adnanh-values.ts';
import type { Named } from './adnanh-values.ts';
import { listOf, tableOf, textOf } from './loose.ts';
import type { Loose } from './loose.ts';
import type { Keys, Value } from './piece.ts';

/** A rule, taken apart. */
export interface ReadRule {
  /** `auth`, `provider` or `signature`, and `secret`; empty: nothing proves the sender. */
  readonly proof: Keys;
  readonly ranges: readonly string[];
  /** Empty: everything passes. */
  readonly filter: string;
  /** Parts that have no counterpart: without them more would pass than did. */
  readonly lost: readonly string[];
}

type Part =
  | { readonly kind: 'proof'; readonly keys: Keys }
  | { readonly kind: 'ranges'; readonly ranges: readonly string[] }
  | { readonly kind: 'filter'; readonly text: string }
  | { readonly kind: 'lost'; readonly why: string };

/** Reads a rule; without one everything passes. */
export function readRule(rule: unknown): ReadRule {
  const parts = rule === undefined ? [] : conjuncts(tableOf(rule)).map(partOf);
  const proofs = parts.flatMap((part) => (part.kind === 'proof' ? [part.keys] : []));
  const places = parts.flatMap((part) => (part.kind === 'ranges' ? [part.ranges] : []));
  const second = proofs.length > 1 ? ['only one way of proving the sender can count'] : [];
  const further = places.length > 1 ? ['only one list of addresses can count'] : [];
  return {
    proof: proofs[0] ?? [],
    ranges: places[0] ?? [],
    filter: parts.flatMap((part) => (part.kind === 'filter' ? [part.text] : [])).join(' && '),
    lost: [...parts.flatMap((part) => (part.kind === 'lost' ? [part.why] : [])), ...second, ...further],
  };
}

/** What all has to hold. */
function conjuncts(rule: Loose): readonly Loose[] {
  return rule['and'] === undefined ? [rule] : listOf(rule['and']).flatMap((one) => conjuncts(tableOf(one)));
}

function partOf(rule: Loose): Part {
  const match = tableOf(rule['match']);
  const type = textOf(match['type']) ?? '';
  const parameter = tableOf(match['parameter']);
  const header = parameter['source'] === 'header' ? (textOf(parameter['name']) ?? '').toLowerCase() : '';
  const [, algorithm] = /^payload-(?:hmac|hash)-(sha\d+)$/.exec(type) ?? [];
  if (algorithm !== undefined) return signature(algorithm, header, match['secret']);
  const ranges = rangesOf(rule);
  if (ranges !== undefined) return rangesPart(ranges);
  const bearer = /^Bearer (.+)$/i.exec(textOf(match['value']) ?? '')?.[1];
  if (type === 'value' && header === 'authorization')
    return bearer === undefined
      ? { kind: 'lost', why: 'a filter never sees the header Authorization: use `auth`' }
      : proof(['auth', 'bearer'], bearer);
  const provider = type === 'value' ? TOKEN_PROVIDERS[header] : undefined;
  if (provider !== undefined) return proof(['provider', provider], textOf(match['value']) ?? '');
  const expression = expressionFor(rule);
  return expression.ok ? { kind: 'filter', text: expression.text } : { kind: 'lost', why: expression.why };
}

/** The ranges of a rule that is about addresses alone: one whitelist, or any of several. */
function rangesOf(rule: Loose): readonly string[] | undefined {
  const match = tableOf(rule['match']);
  if (match['type'] === 'ip-whitelist') return (textOf(match['ip-range']) ?? '').trim().split(/\s+/);
  const all = listOf(rule['or']).map((one) => rangesOf(tableOf(one)));
  const known = all.filter((one) => one !== undefined);
  return all.length > 0 && known.length === all.length ? known.flat() : undefined;
}

function rangesPart(ranges: readonly string[]): Part {
  const odd = ranges.find((range) => parseRange(range) === undefined);
  return odd === undefined
    ? { kind: 'ranges', ranges }
    : { kind: 'lost', why: `"${odd}" is no range of addresses` };
}

/** Senders that are known by the header of their token. */
const TOKEN_PROVIDERS: Readonly<Record<string, ProviderName>> = {
  'x-gitlab-token': 'gitlab',
  'x-telegram-bot-api-secret-token': 'telegram',
};

/** The header names that `auth = "hmac-…"` looks into. */
const HMAC_HEADERS: Readonly<Record<string, readonly string[]>> = {
  sha256: ['x-hub-signature-256', 'x-signature'],
  sha1: ['x-hub-signature', 'x-signature'],
};

/** By `auth` where that looks into the header, else described. */
function signature(algorithm: string, header: string, secret: unknown): Part {
  const known = textOf(secret) ?? '';
  if (HMAC_HEADERS[algorithm]?.includes(header) === true) return proof(['auth', `hmac-${algorithm}`], known);
  if (header === '')
    return { kind: 'lost', why: `an HMAC of ${algorithm} outside a header is not looked for` };
  return proof(['signature', { header, algorithm }], known);
}

function proof(how: Keys[number], secret: string): Part {
  if (secret === '') return { kind: 'lost', why: 'its secret is empty' };
  return { kind: 'proof', keys: [how, ['secret', secretOf(secret)]] };
}

/** What stands for `{{ getenv "NAME" }}`, see `withoutTemplates`. */
const FROM_ENV = /^<getenv (\w+)>$/;

function secretOf(secret: string): Value {
  const name = FROM_ENV.exec(secret)?.[1];
  return name === undefined ? secret : { env: name };
}

/** The text without Go's `{{ getenv "NAME" | js }}`, which is no JSON before it is rendered; docs/Templates.md. */
export function withoutTemplates(text: string): string {
  return text.replaceAll(/\{\{-?\s*getenv\s+\\?"(\w+)\\?"[^}]*\}\}/g, '<getenv $1>');
}

function expressionFor(rule: Loose): Named {
  if (rule['not'] !== undefined) {
    const inner = expressionFor(tableOf(rule['not']));
    return inner.ok ? { ok: true, text: `!(${inner.text})` } : inner;
  }
  for (const [key, sign] of [
    ['and', '&&'],
    ['or', '||'],
  ] as const)
    if (rule[key] !== undefined) return joined(listOf(rule[key]), sign);
  return matchExpression(tableOf(rule['match']));
}

function joined(rules: readonly unknown[], sign: string): Named {
  const all = rules.map((one) => expressionFor(tableOf(one)));
  const broken = all.find((one) => !one.ok);
  if (broken !== undefined) return broken;
  return { ok: true, text: `(${all.flatMap((one) => (one.ok ? [one.text] : [])).join(` ${sign} `)})` };
}

function matchExpression(match: Loose): Named {
  const type = textOf(match['type']) ?? '';
  if (type !== 'value' && type !== 'regex')
    return { ok: false, why: `the rule "${type}" can be no part of a filter` };
  const value = expressionOf(tableOf(match['parameter']));
  if (!value.ok) return value;
  if (type === 'regex')
    return { ok: true, text: `${value.text}.matches(${JSON.stringify(textOf(match['regex']) ?? '')})` };
  const wanted = textOf(match['value']) ?? '';
  // Numbers and truth values of a payload are compared as text there.
  const isTyped = value.text.startsWith('body') && /^(?:-?\d+(?:\.\d+)?|true|false)$/.test(wanted);
  const found = isTyped ? `string(${value.text})` : value.text;
  return { ok: true, text: `${found} == ${JSON.stringify(wanted)}` };
}
