/** Decides how a command asks plugins without the service: their workers are begun for it, with nothing in their state. */
import { reservedNames } from '../chat/table.ts';
import { silentLog } from '../core/log.ts';
import type { PluginSettings } from '../core/plugin.ts';
import type { Mask } from '../core/secret.ts';
import { settingsOf } from '../core/plugin.ts';
import { childEnvironment, defaultAllowed } from '../launcher/environment.ts';
import { MemoryLedger } from '../ledger/memory/ledger.ts';
import { concernedBy } from '../plugins/order.ts';
import { scanPlugins } from '../plugins/scan.ts';
import { Plugins } from '../service/plugins/plugins.ts';
import { Redactor } from '../telemetry/redact.ts';
import type { CommandContext } from './command-spec.ts';
import { loadConfiguration } from './offline.ts';

/**
 * What `use` makes of the plugins named by `ids`, which are loaded as the service would load them and ended afterwards.
 * What they say goes through `mask`: a plugin is given secrets, and may name them.
 * Rejects with `invalid_config` where the file does not load.
 */
export async function withPlugins<T>(
  ids: readonly string[],
  context: CommandContext,
  use: (plugins: Plugins, mask: Mask) => Promise<T>,
): Promise<T> {
  const { snapshot, secrets } = await loadConfiguration(context);
  const redactor = new Redactor();
  redactor.know(secrets);
  const mask: Mask = (text) => redactor.text(text);
  const narrowed = { ...snapshot, plugins: await narrowedTo(ids, snapshot.plugins) };
  const plugins = new Plugins({
    current: () => narrowed,
    ledger: new MemoryLedger().chat,
    reserved: reservedNames,
    env: childEnvironment({ base: context.env, allow: defaultAllowed, extra: {} }),
    mask,
    conditions: { raise: () => {}, clear: () => {} },
    onChange: () => {},
    clock: context.clock,
    log: silentLog,
  });
  try {
    await plugins.begin();
    await plugins.loaded();
    return await use(plugins, mask);
  } finally {
    await plugins.close();
  }
}

/** Those, with what they depend on: nothing else begins only because somebody asks a question. */
async function narrowedTo(ids: readonly string[], settings: PluginSettings): Promise<PluginSettings> {
  const found = await scanPlugins(settings.folder);
  const candidates = found.flatMap((one) => (one.kind === 'plugin' ? one.candidate : []));
  const isNeeded = (id: string): boolean =>
    ids.some((one) => concernedBy((meant) => meant === id, candidates).has(one));
  const names = [...ids, ...candidates.map(({ id }) => id).filter(isNeeded)];
  const only = [...new Set(names)].filter((id) => settingsOf(settings, id).enabled);
  return { ...settings, enabled: only.length > 0, only };
}
