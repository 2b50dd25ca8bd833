/** Decides what the templates of a run may name: its payload, headers, fetched data, times and ids. */
import type { ApplyFilter } from '../core/plugin.ts';
import { payloadValues, readPayload } from '../triggers/payload-values.ts';
import type { ReadPayload } from '../triggers/payload-values.ts';
import type { Rendered, Templates, TemplateValues } from '../triggers/template.ts';
import type { ActionContext } from './context.ts';

/** Data under a name, as a `fetch` brings it. */
export interface Fetched {
  readonly name: string;
  readonly data: unknown;
}

/** What of an attempt its templates may name. */
export interface ValuesContext extends Pick<ActionContext, 'secrets' | 'environment' | 'nowMs'> {
  readonly run: Pick<ActionContext['run'], 'id' | 'trigger' | 'dueAt' | 'payload'>;
  /** Absent: a template that uses a filter of a plugin is not rendered. */
  readonly applyFilter?: ApplyFilter;
}

/** The values of one attempt. The payload is parsed when the first template is rendered, and then once. */
export interface RunValues {
  /** What a `fetch` brought, or undefined. */
  readonly fetched: Fetched | undefined;
  /** Filters of plugins are asked. */
  render(template: string): Promise<Rendered>;
  /** See `Templates.dependsOnPayload`. */
  dependsOnPayload(template: string): boolean;
  /** The same values and what was fetched. */
  withFetched(fetched: Fetched): RunValues;
  /** The same values with `text` wherever the payload as a whole would stand. */
  withBodyText(text: string): RunValues;
}

/**
 * From the lowest rank to the highest: what `payloadValues` names; what was fetched; and the names that the service
 * answers itself, which nothing can shadow.
 */
export function runValues(templates: Templates, context: ValuesContext): RunValues {
  const { payload } = context.run;
  const read = once(() => (payload === undefined ? undefined : readPayload(payload)));

  function build(fetched: Fetched | undefined, bodyText: string | undefined): RunValues {
    const data = once(() => ({
      ...valuesOf(read(), bodyText),
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
      ...(context.applyFilter && { applyFilter: context.applyFilter }),
    };
    return {
      fetched,
      render: (template) => templates.renderAsking(template, values),
      dependsOnPayload: (template) => templates.dependsOnPayload(template),
      withFetched: (brought) => build(brought, bodyText),
      withBodyText: (text) => build(fetched, text),
    };
  }
  return build(undefined, undefined);
}

function valuesOf(
  payload: ReadPayload | undefined,
  bodyText: string | undefined,
): Readonly<Record<string, unknown>> {
  return payload === undefined ? {} : payloadValues(payload, bodyText);
}

function runFacts({ run, nowMs }: ValuesContext): Readonly<Record<string, string>> {
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
