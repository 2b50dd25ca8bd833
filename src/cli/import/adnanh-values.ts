/** Decides how a value of a request that adnanh/webhook names is named here; its docs/Referencing-Request-Values.md. */
import { ownNames } from '../../triggers/template.ts';
import { literal } from './literal.ts';
import { textOf } from './loose.ts';
import type { Loose } from './loose.ts';

/** A template or an expression, or why there is none. */
export type Named =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

/** The template of an argument or a variable. */
export function templateOf(reference: Loose): Named {
  const { source, name } = partsOf(reference);
  switch (source) {
    case 'string':
      return named(literal(name));
    case 'payload':
      return payloadTemplate(name);
    case 'header':
      return named(`{{headers["${name.toLowerCase()}"]}}`);
    case 'entire-payload':
    case 'raw-request-body':
      return named('{{body}}');
    case 'entire-headers':
      return named('{{headers}}');
    default:
      return unnamed(source, name, 'a template names the payload and the headers alone');
  }
}

/** The same in a `filter`. */
export function expressionOf(reference: Loose): Named {
  const { source, name } = partsOf(reference);
  switch (source) {
    case 'payload':
      return named(`body${name.split('.').map(member).join('')}`);
    case 'header':
      return named(`headers[${JSON.stringify(name.toLowerCase())}]`);
    case 'url':
    case 'query':
      return named(`query${member(name)}`);
    default:
      return unnamed(source, name, 'a filter names the payload, the headers and the query alone');
  }
}

function payloadTemplate(name: string): Named {
  const [first = '', ...rest] = name.split('.');
  const isReachable = /^[A-Za-z_][\w-]*$/.test(first) && !ownNames.has(first) && !name.includes('"');
  return isReachable
    ? named(`{{${first}${rest.map(segment).join('')}}}`)
    : unnamed('payload', name, 'no template can name it');
}

function segment(part: string): string {
  return /^(?:[A-Za-z_][\w-]*|\d+)$/.test(part) ? `.${part}` : `["${part}"]`;
}

function member(part: string): string {
  if (/^\d+$/.test(part)) return `[${part}]`;
  return /^[A-Za-z_]\w*$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
}

function partsOf(reference: Loose): { readonly source: string; readonly name: string } {
  return { source: textOf(reference['source']) ?? '', name: textOf(reference['name']) ?? '' };
}

function named(text: string): Named {
  return { ok: true, text };
}

function unnamed(source: string, name: string, why: string): Named {
  return { ok: false, why: `the value "${name}" of ${source === '' ? 'no source' : source}: ${why}` };
}
