/** Decides what the templates of a run may name: its payload, headers, fetched data, times and ids. */
import type { JsonObject } from '../core/json.ts';
import type { Payload } from '../core/run.ts';
import { parsePayload } from '../triggers/payload.ts';
import { ownNames } from '../triggers/template.ts';
import type { Rendered, Templates, TemplateValues } from '../triggers/template.ts';
import type { ActionContext } from './context.ts';

/** Data under a name, as a `fetch` brings it. */
export interface Fetched {
  readonly name: string;
  readonly data: unknown;
}

/** The values of one attempt. The payload is parsed when the first template is rendered, and then once. */
export interface RunValues {
  /** What a `fetch` brought, or undefined. */
  readonly fetched: Fetched | undefined;
  render(template: string): Rendered;
  /** See `Templates.dependsOnPayload`. */
  dependsOnPayload(template: string): boolean;
  /** The same values and what was fetched. */
  withFetched(fetched: Fetched): RunValues;
  /** The same values with `text` wherever the payload as a whole would stand. */
  withBodyText(text: string): RunValues;
}

/**
 * From the lowest rank to the highest: `body` (the raw text) and `headers`; the payload's own members, or `_body` for
 * one without members; what was fetched; and the names that the service answers itself, which nothing can shadow.
 */
export function runValues(templates: Templates, context: ActionContext): RunValues {
  const { payload } = context.run;
  const parsed = once(() => (payload === undefined ? undefined : readPayload(payload)));

  function build(fetched: Fetched | undefined, bodyText: string | undefined): RunValues {
    const data = once(() => ({
      ...payloadValues(parsed(), bodyText),
      ...(fetched === undefined ? {} : { [fetched.name]: fetched.data }),
      ...runFacts(context),
    }));
    const values: TemplateValues = {
      // A text without placeholders never asks, so that no payload is parsed in vain.
      get data() {
        return data();
      },
      environment: context.environment,
      secrets: context.secrets,
    };
    return {
      fetched,
      render: (template) => templates.render(template, values),
      dependsOnPayload: (template) => templates.dependsOnPayload(template),
      withFetched: (brought) => build(brought, bodyText),
      withBodyText: (text) => build(fetched, text),
    };
  }
  return build(undefined, undefined);
}

interface ReadPayload {
  readonly text: string;
  readonly headers: Payload['headers'];
  /** Undefined for what has none: text, and what is not what it says. */
  readonly members: JsonObject | undefined;
}

function readPayload({ body, contentType, headers }: Payload): ReadPayload {
  // Bytes that are no UTF-8 become U+FFFD.
  const text = new TextDecoder().decode(body);
  const parsed = parsePayload(body, contentType);
  const isText = !parsed.ok || parsed.value._body === text;
  return { text, headers, members: isText ? undefined : parsed.value };
}

function payloadValues(
  payload: ReadPayload | undefined,
  bodyText: string | undefined,
): Readonly<Record<string, unknown>> {
  if (payload === undefined) return {};
  const { text, headers, members } = payload;
  const body = bodyText ?? text;
  const own = Object.entries(members ?? { _body: body }).filter(([name]) => !ownNames.has(name));
  return { body, headers, ...Object.fromEntries(own) };
}

function runFacts({ run, nowMs }: ActionContext): Readonly<Record<string, string>> {
  return {
    now: new Date(nowMs()).toISOString(),
    due_at: new Date(run.dueAt).toISOString(),
    run_id: run.id,
    trigger_id: run.trigger,
  };
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
