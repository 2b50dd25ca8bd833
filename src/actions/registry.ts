/** Decides which action carries a run out: its fetch first, then the one for its kind, and an outcome in any case. */
import type { ActionSpec } from '../core/action.ts';
import type { Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { ApplyFilter } from '../core/plugin.ts';
import type { Outcome } from '../core/run.ts';
import type { Launcher } from '../launcher/client.ts';
import { childEnvironment, defaultAllowed } from '../launcher/environment.ts';
import type { Outbound } from '../net/fetch.ts';
import type { Templates } from '../triggers/template.ts';
import { agentAction } from './agent-run/agent-run.ts';
import { commandAction } from './command/command.ts';
import type { ActionContext } from './context.ts';
import { fetchData } from './fetch/fetch.ts';
import { fileWriteAction } from './file-write/file-write.ts';
import { httpForwardAction } from './http-forward/http-forward.ts';
import { notifyAction } from './notify/notify.ts';
import { ended, failed } from './outcome.ts';
import { pluginAction } from './plugin/plugin.ts';
import type { PluginCaller } from './plugin/plugin.ts';
import { runValues } from './values.ts';
import type { RunValues } from './values.ts';

/** What the actions share. */
export interface ActionDeps {
  readonly launcher: Launcher;
  readonly outbound: Pick<Outbound, 'send'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly templates: Templates;
  readonly plugins: PluginCaller;
  readonly applyFilter: ApplyFilter;
  /** The service's environment, of which children get what `allowEnvironment` lists. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Names, or beginnings of names with a `*` at the end; by default what programs need to work at all. */
  readonly allowEnvironment?: readonly string[];
  /**
   * Absolute paths that no action reads or writes: the configuration file, the store's file, the control socket. Not the
   * whole state folder where that is the root of file actions.
   */
  readonly ownPaths: readonly string[];
}

/** All actions. */
export interface Actions {
  /** Carries one attempt out. Never rejects; an aborted signal ends it early, with what `ended` says. */
  execute(context: ActionContext): Promise<Outcome>;
}

/** Makes the actions; nothing is started by it. */
export function createActions(deps: ActionDeps): Actions {
  const perform = performer(deps);

  async function fetchAndPerform(context: ActionContext): Promise<Outcome> {
    if (isEnded(context)) return ended();
    const { fetch, action } = context.run.spec;
    const values = runValues(deps.templates, { ...context, applyFilter: deps.applyFilter });
    if (fetch === undefined) return perform(action, context, values);
    const result = await fetchData(fetch, { context, values }, deps);
    if (isEnded(context)) return ended();
    if (result.kind === 'aborted') return failed(result.reason);
    return perform(action, context, values.withFetched(result.fetched));
  }

  return {
    async execute(context) {
      try {
        return await fetchAndPerform(context);
      } catch (error) {
        const { id, spec } = context.run;
        deps.log.error('an action threw', { run: id, action: spec.action.kind, error: messageOf(error) });
        return failed(`${spec.action.kind} failed: ${messageOf(error)}`);
      }
    },
  };
}

function isEnded({ signal }: ActionContext): boolean {
  return signal.aborted;
}

type Perform = (spec: ActionSpec, context: ActionContext, values: RunValues) => Promise<Outcome>;

function performer(deps: ActionDeps): Perform {
  const { launcher, clock, environment, allowEnvironment: allow = defaultAllowed } = deps;
  const programs = {
    launcher,
    clock,
    childEnvironment: childEnvironment({ base: environment, allow, extra: {} }),
  };
  const command = commandAction(programs);
  const agent = agentAction(programs);
  const httpForward = httpForwardAction(deps.outbound);
  const fileWrite = fileWriteAction(deps.ownPaths);
  const plugin = pluginAction(deps.plugins);
  return function perform(spec, context, values) {
    switch (spec.kind) {
      case 'command':
        return command.execute(spec, context, values);
      case 'agent_run':
        return agent.execute(spec, context, values);
      case 'http_forward':
        return httpForward.execute(spec, context, values);
      case 'file_write':
        return fileWrite.execute(spec, context, values);
      case 'notify_only':
        return notifyAction.execute(spec, context, values);
      case 'plugin':
        return plugin.execute(spec, context, values);
    }
  };
}
