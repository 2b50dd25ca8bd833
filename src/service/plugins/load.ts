/** Decides what the plugins of a folder get of the service while they are loaded. */
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { Clock } from '../../core/clock.ts';
import { AppError, messageOf } from '../../core/errors.ts';
import { settingsOf } from '../../core/plugin.ts';
import type { Mask } from '../../core/secret.ts';
import type { HostDeps } from '../../plugins/host.ts';
import { startGeneration } from '../../plugins/host.ts';
import type { LoadAnswer, LoadInput } from '../../plugins/loader.ts';
import { loadPlugins } from '../../plugins/loader.ts';
import { scanPlugins } from '../../plugins/scan.ts';
import { answerState } from '../../plugins/state.ts';

/** What they are given. */
export interface FolderDeps {
  readonly ledger: Pick<ChatLedger, 'remember' | 'remembered' | 'memories'>;
  /** Names of the commands of the chat that are built in. */
  readonly reserved: ReadonlySet<string>;
  /** All that workers see of the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** For all that they say of themselves. */
  readonly mask: Mask;
  readonly clock: Clock;
}

/** What is loaded, and who is told of it. */
export interface FolderLoad extends Pick<LoadInput, 'settings' | 'previous' | 'isMeant'> {
  /** Where they run. */
  readonly threads: HostDeps['threads'];
  readonly log: HostDeps['log'];
  /** Called when a generation of the plugin is started. */
  readonly onStart: (id: string) => void;
}

/** Loads what lies in the folder. Rejects with `unavailable` where that cannot be read. */
export async function loadFolder(
  { ledger, reserved, env, mask, clock }: FolderDeps,
  { settings, threads, log, onStart, ...rest }: FolderLoad,
): Promise<LoadAnswer> {
  const found = await scanPlugins(settings.folder).catch((error: unknown) => {
    throw new AppError('unavailable', `cannot read ${settings.folder}: ${messageOf(error)}`, {
      cause: error,
    });
  });
  const state: HostDeps['state'] = (id, query) => answerState(ledger, id, query);
  return loadPlugins({
    ...{ ...rest, found, settings, reserved },
    start: (start) => {
      onStart(start.id);
      const { limits } = settingsOf(settings, start.id);
      return startGeneration(start, { threads, clock, env, mask, log, state, limits });
    },
  });
}
