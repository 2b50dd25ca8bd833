/** Decides what the way of an attempt to its action is made of: its hooks, and the launcher and connections that both use. */
import { createActions } from '../actions/registry.ts';
import type { Mask } from '../core/secret.ts';
import { createLauncher } from '../launcher/client.ts';
import { createOutbound } from '../net/fetch.ts';
import type { Chat } from './chat/chat.ts';
import { createExecute } from './execute.ts';
import { createHooks } from './hooks/create.ts';
import type { Hooks, HooksWorld } from './hooks/create.ts';
import { createApplyFilter } from './plugins/filtering.ts';
import type { Plugins } from './plugins/plugins.ts';
import type { Resources } from './resources.ts';
import type { SecretOf } from './run-secrets.ts';

/** Children of a service that stops get this long between SIGTERM and SIGKILL from the launcher itself. */
const LAUNCHER_GRACE_MS = 5_000;

/** What runs are executed with. */
export interface ExecutionDeps {
  readonly secrets: SecretOf;
  readonly ownPaths: readonly string[];
  readonly chat: Pick<Chat, 'show'>;
  readonly plugins: Plugins;
  readonly mask: Mask;
  readonly roots: Pick<HooksWorld, 'outputRoot' | 'workRoot'>;
}

/** The way from an attempt by its hooks to its action, with the launcher and the connections that both use. */
export async function createExecution(
  resources: Resources,
  { secrets, ownPaths, chat, plugins, mask, roots }: ExecutionDeps,
  undo: AsyncDisposableStack,
): Promise<Hooks> {
  const {
    ledger,
    clock,
    log,
    templates,
    options: { env },
  } = resources;
  const launcher = createLauncher({ clock, log, graceMs: LAUNCHER_GRACE_MS, start: 'at-once' });
  undo.defer(() => launcher.close());
  const outbound = createOutbound({ clock });
  undo.defer(() => outbound.close());
  const rest = { clock, log, templates, environment: env, ownPaths };
  const actions = createActions({
    ...{ launcher, outbound, plugins, ...rest },
    applyFilter: createApplyFilter(plugins),
  });
  const { usage } = ledger;
  const execute = createExecute({
    actions,
    secrets,
    env,
    usage,
    show: (run) => chat.show(run),
    mask,
    clock,
    log,
  });
  return createHooks(resources, { launcher, execute, mask, ...roots }, undo);
}
