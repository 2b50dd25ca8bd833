/** Decides what the action `plugin:ID` does: a plugin's own code is called in its worker, and its answer is the outcome. */
import type { PluginAction } from '../../core/action.ts';
import { actionPart } from '../../core/plugin.ts';
import type { PluginPart, PluginPartKind } from '../../core/plugin.ts';
import type { Outcome } from '../../core/run.ts';
import type { CallResult } from '../../plugins/calls.ts';
import type { Limits } from '../../plugins/limits.ts';
import type { CallTarget } from '../../plugins/protocol.ts';
import { readPayload } from '../../triggers/payload-values.ts';
import type { Action } from '../action.ts';
import type { ActionContext } from '../context.ts';
import { ended, failed, refused, succeeded } from '../outcome.ts';

/** The plugins, as actions reach them. */
export interface PluginCaller {
  /** Undefined: no generation of it serves. */
  call(
    id: string,
    call: Limits & { readonly target: CallTarget; readonly argument: unknown },
  ): Promise<CallResult | undefined>;
  /** The key of what is meant by a name; undefined: there is none. */
  keyOf(kind: PluginPartKind, part: PluginPart): Promise<string | undefined>;
}

/** Calls plugins. */
export function pluginAction(plugins: PluginCaller): Action<PluginAction> {
  return {
    async execute(spec, context) {
      const { plugin } = spec;
      const key = await plugins.keyOf('actions', actionPart(spec));
      if (key === undefined) return refused(`the plugin ${plugin} is not loaded, or has no such action`);
      const target = { kind: 'actions', key } as const;
      const argument = argumentOf(spec, context);
      const result = await plugins.call(plugin, { target, argument, signal: context.signal });
      return result === undefined ? refused(`the plugin ${plugin} is not loaded`) : outcomeOf(plugin, result);
    },
  };
}

function argumentOf(spec: PluginAction, { run }: ActionContext): Readonly<Record<string, unknown>> {
  const payload = run.payload === undefined ? undefined : readPayload(run.payload);
  return {
    run: run.id,
    trigger: run.trigger,
    attempt: run.attempt,
    dueAt: run.dueAt,
    payload: payload?.text ?? '',
    data: payload?.members ?? null,
    with: spec.with,
  };
}

function outcomeOf(plugin: string, result: CallResult): Outcome {
  switch (result.kind) {
    case 'aborted':
      return ended();
    case 'returned':
      return verdictOf(plugin, result.value);
    case 'threw':
    case 'late':
    case 'crashed':
      return failed(`${plugin}: ${result.reason}`);
  }
}

/** What it returned, which its types cannot hold it to. */
function verdictOf(plugin: string, value: unknown): Outcome {
  if (value === undefined || value === null) return succeeded();
  if (typeof value === 'string') return succeeded(value);
  if (typeof value !== 'object' || !('ok' in value) || typeof value.ok !== 'boolean')
    return failed(`${plugin}: returned neither a text nor { ok, reason }`);
  const reason = 'reason' in value && typeof value.reason === 'string' ? value.reason : null;
  if (value.ok) return succeeded(reason);
  const why = `${plugin}: ${reason ?? 'it says that it failed'}`;
  return 'retry' in value && value.retry === false ? refused(why) : failed(why);
}
