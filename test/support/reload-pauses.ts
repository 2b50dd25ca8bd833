/**
 * Decides where the real service can stand still in a reload, so that its plug is pulled there. It is loaded before the
 * service, by `--import`, and costs the program nothing.
 *
 * The stage stands in the file `pause-at` of the working folder; `paused at <stage>` is said on standard error.
 */
import fs, { readFileSync, writeSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { ReloadEngine } from '../../src/config/reload.ts';
import { SecretReader } from '../../src/config/secrets.ts';
import { SqliteService } from '../../src/ledger/sqlite/service.ts';
import { SqliteTriggers } from '../../src/ledger/sqlite/triggers.ts';
import { Bots } from '../../src/service/chat/bots.ts';
import { HookFiles } from '../../src/service/hooks/files.ts';
import { Listening } from '../../src/service/listening.ts';
import { Plugins } from '../../src/service/plugins/plugins.ts';
import { TriggerManager } from '../../src/triggers/manager.ts';

type Call = (...args: readonly never[]) => unknown;

/** A call of a reload, with the stages that it stands between. */
interface Point {
  readonly on: object;
  readonly call: string;
  /** Only calls whose first argument ends so. */
  readonly about?: string;
  readonly before?: string;
  readonly after?: string;
}

const points: readonly Point[] = [
  { on: fs.promises, call: 'open', about: '/untether.toml', before: 'reading' },
  { on: SecretReader.prototype, call: 'readAll', before: 'parsed', after: 'secrets' },
  { on: Listening.prototype, call: 'prepare', after: 'listener' },
  { on: Plugins.prototype, call: 'prepare', after: 'plugins' },
  { on: Bots.prototype, call: 'prepare', after: 'bots' },
  { on: HookFiles.prototype, call: 'prepare', after: 'hooks' },
  { on: fs.promises, call: 'rename', about: '/.new', before: 'draft' },
  { on: SqliteService.prototype, call: 'addRevision', before: 'kept', after: 'numbered' },
  { on: SqliteTriggers.prototype, call: 'arm', after: 'armed' },
  { on: ReloadEngine.prototype, call: 'reload', after: 'told' },
];

for (const point of points) around(point);
syncBuiltinESMExports();
freezeAfterSwap();

function around({ on, call, about = '', before, after }: Point): void {
  const methods = on as Record<string, Call>;
  const original = methods[call] as Call;
  methods[call] = async function paused(this: unknown, ...args: readonly never[]): Promise<unknown> {
    const isMeant = String(args[0]).endsWith(about);
    if (isMeant) await standAt(before);
    const answer = await original.apply(this, [...args]);
    if (isMeant) await standAt(after);
    return answer;
  };
}

/** A swap is one turn of the event loop, which only stands still as a whole. */
function freezeAfterSwap(): void {
  const { swap } = TriggerManager.prototype;
  TriggerManager.prototype.swap = function frozen(...args): void {
    swap.apply(this, args);
    if (isMeant('swapped')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  };
}

function standAt(stage: string | undefined): Promise<void> {
  return isMeant(stage) ? new Promise(() => {}) : Promise.resolve();
}

function isMeant(stage: string | undefined): boolean {
  if (stage === undefined || wanted() !== stage) return false;
  writeSync(2, `paused at ${stage}\n`);
  return true;
}

function wanted(): string | undefined {
  try {
    return readFileSync('pause-at', 'utf8');
  } catch {
    // Nothing is to stand still.
    return undefined;
  }
}
