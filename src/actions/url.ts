/** Decides where a request goes whose URL is a template: a payload fills in what the operator left open, and moves nothing. */
import type { Rendered } from '../triggers/template.ts';
import type { RunValues } from './values.ts';

const PLACEHOLDER = /\{\{[^]*?\}\}|\{%/g;
// Of a URL as browsers and `fetch` read it (https://url.spec.whatwg.org/#concept-basic-url-parser): `\` is `/`, tabs and
// line ends are nothing, and `%2e` is a dot.
const HOST_UNENDED = /^\s*[a-z][a-z0-9+.-]*:\/\/[^/?#\\]+$/i;
const ENDS_HOST = /^(?:$|[/?#])/;
const DOTS = /^(?:\.|%2e){1,2}$/i;

/** The URL; not rendered where what was sent would choose another host or climb out of the path that the operator wrote. */
export async function renderUrl(template: string, values: RunValues): Promise<Rendered> {
  const url = await values.render(template);
  if (!url.ok || !values.dependsOnPayload(template)) return url;
  const start = await values.render(ownStart(template, values));
  if (!start.ok) return start;
  const own = plain(start.text).trimEnd();
  const whole = plain(url.text);
  const changesHost = HOST_UNENDED.test(own) && !ENDS_HOST.test(whole.slice(own.length));
  if (changesHost || hasUserinfo(whole)) return { ok: false, reason: 'the payload changes its host' };
  return climbs(own) || !climbs(whole) || !/:\/\/[^/?#\\]/.test(own)
    ? url
    : { ok: false, reason: 'the payload leaves its path' };
}

/** What stands before the first placeholder that a payload fills. */
function ownStart(template: string, values: RunValues): string {
  const first = [...template.matchAll(PLACEHOLDER)].find(([placeholder]) =>
    values.dependsOnPayload(placeholder),
  );
  return template.slice(0, first?.index);
}

function plain(text: string): string {
  return text.replace(/[\t\r\n]/g, '');
}

/** Text before an `@` is a name and password, and what follows it the host. */
function hasUserinfo(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.username + parsed.password !== '';
}

function climbs(url: string): boolean {
  const [path = ''] = url.split(/[?#]/);
  return path.split(/[/\\]/).some((segment) => DOTS.test(segment));
}
