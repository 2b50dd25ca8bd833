/** A folder with a configuration and, where a test wants one, a service that answers on its socket. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../../src/core/clock.ts';
import { newBootId } from '../../../src/core/ids.ts';
import { silentLog } from '../../../src/core/log.ts';
import { openLedger } from '../../../src/ledger/open.ts';
import { newFolder, serveControl } from './command-line.ts';
import { fakeControl, NOW } from './fake-control.ts';
import type { FakeAnswers, FakeControl } from './fake-control.ts';

/** The triggers that the table's examples speak of. */
export const CONFIG = `
[triggers]
enabled = true

[[triggers.crons]]
id = "nightly"
schedule = "0 2 * * *"
timezone = "Europe/Berlin"
action = "command"
command = ["true"]

[[triggers.webhooks]]
id = "push"
path = "/push"
provider = "github"
secret = { env = "PUSH_SECRET" }
action = "command"
command = ["true"]

[[triggers.webhooks]]
id = "open"
path = "/open"
auth = "none"
action = "command"
command = ["true"]
`;

export const PUSH_SECRET = 'a secret of the test';

/** A new folder that holds `CONFIG`, or what is given instead. */
export async function configured(text: string = CONFIG): Promise<string> {
  const folder = await newFolder();
  await writeFile(join(folder, 'untether.toml'), text, { mode: 0o600 });
  return folder;
}

/** The same with a service that answers from fixed data. */
export async function served(answers: FakeAnswers = {}): Promise<FakeControl & { readonly folder: string }> {
  const folder = await configured();
  const stateDir = join(folder, '.untether');
  await mkdir(stateDir);
  const fake = fakeControl({ configFile: join(folder, 'untether.toml'), ...answers });
  await serveControl(stateDir, fake.control);
  return { ...fake, folder };
}

/** Puts a real ledger with one life of the service in it into the folder's state; answers with its path. */
export async function newLedger(folder: string): Promise<string> {
  const file = join(folder, '.untether/untether.db');
  await mkdir(join(folder, '.untether'), { recursive: true });
  await using ledger = await openLedger({ file, clock: systemClock, log: silentLog });
  await ledger.service.beginBoot({ id: newBootId(), at: NOW, version: '0.1.0' });
  return file;
}

/** How many lives of the service a ledger holds. */
export async function livesIn(file: string): Promise<number> {
  await using ledger = await openLedger({ file, clock: systemClock, log: silentLog });
  return (await ledger.service.boots(10)).length;
}
