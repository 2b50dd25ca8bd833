/** `untether state`: backs the ledger up, or brings a damaged one back. */
import { mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { backupLedger, repairLedger } from '../../ledger/maintenance.ts';
import { lockStateFolder } from '../../service/lock.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { usage } from '../input.ts';
import { loadOffline } from '../offline.ts';
import { counted } from '../print.ts';

export const handle: Handler = async function state(input, context) {
  const [action, file] = [input.arg(0), input.arg(1)];
  if (action === 'backup' && file !== undefined) await backUp(resolve(context.cwd, file), context);
  else if (action === 'backup') throw usage('name the file of the backup: untether state backup FILE');
  else if (action === 'repair' && file === undefined) await repair(context);
  else if (action === 'repair') throw usage('repair takes no file: the ledger stays where it is');
  else throw usage(`there is no state ${action ?? ''}; there are backup and repair`);
  return exitCodes.ok;
};

async function backUp(to: string, context: CommandContext): Promise<void> {
  const { print } = context;
  await backupLedger(await ledgerFile(context), to);
  const { size } = await stat(to);
  if (print.json) print.value({ file: to, bytes: size });
  else print.line('wrote', { text: to, style: 'bold' }, `(${size} bytes)`);
}

async function repair(context: CommandContext): Promise<void> {
  const { print, places, clock } = context;
  const file = await ledgerFile(context);
  await mkdir(places.stateDir(), { recursive: true, mode: 0o750 });
  using _held = lockStateFolder(places.stateDir(), { pid: process.pid, since: clock.now() });
  const { damaged, tables } = repairLedger(file, clock);
  if (print.json) {
    print.value({ file, damaged, tables });
    return;
  }
  print.line('repaired', { text: file, style: 'bold' }, `the damaged one is ${damaged}`);
  for (const { table, rows, unreadable } of tables) {
    const lost = unreadable === 0 ? '' : `${counted(unreadable, 'range')} of keys could not be read`;
    print.line(`  ${table}:`, counted(rows, 'row'), { text: lost, style: 'yellow' });
  }
}

/**
 * The file that the configuration names. One that does not load, perhaps for want of a secret that only the service
 * has, must not keep a ledger from being saved: then it is the file in the state folder.
 */
async function ledgerFile(context: CommandContext): Promise<string> {
  const result = await loadOffline(context);
  if (!result.ok) {
    const file = join(context.places.stateDir(), 'untether.db');
    context.print.remark(`the configuration does not load: taking the ledger to be ${file}`);
    return file;
  }
  const { store } = result.loaded.boot;
  if (store.kind === 'sqlite') return store.file;
  throw new AppError('unsupported', 'this configuration keeps its ledger in memory: there is no file');
}
