/** Decides how late a run begins: what it printed about the time, against the moment it was due or its delivery came. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '../load/connection.ts';
import { requestText } from '../load/delivery.ts';
import { sleep } from '../reload/saves.ts';
import type { MeasuredService } from '../service/service.ts';
import { bearerOf } from '../service/toml.ts';
import { clockMs } from './clock-command.ts';
import { finishedRuns } from './ledger-file.ts';

/** Sends `count` deliveries to `/id`, one every `everyMs`, whether they run at once or wait. */
export async function deliver(
  service: MeasuredService,
  { id, count, everyMs }: { readonly id: string; readonly count: number; readonly everyMs: number },
): Promise<void> {
  const headers = { authorization: `Bearer ${bearerOf(id)}`, 'content-type': 'application/json' };
  const text = requestText(`/${id}`, headers, '{}');
  const connection = new Connection(service.port);
  for (let sent = 0; sent < count; sent++) {
    await new Promise<number>((resolve) => {
      connection.send(text, resolve);
    });
    if (everyMs > 0) await sleep(everyMs);
  }
  connection.close();
}

/** From due, or received, to the program's first look at the clock: ms, one for each finished run of the trigger. */
export function startDelays(service: MeasuredService, trigger: string): readonly number[] {
  const printed = printedTimes(service);
  return finishedRuns(service, trigger).flatMap(({ id, dueAt }) => {
    const at = printed.get(id);
    return at === undefined ? [] : [at - dueAt];
  });
}

function printedTimes(service: MeasuredService): ReadonlyMap<string, number> {
  const root = join(service.stateDir, 'output');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.1.log'),
  );
  return new Map(
    files.map((name) => [
      name.slice(name.lastIndexOf('/') + 1, -'.1.log'.length),
      clockMs(readFileSync(join(root, name), 'utf8')),
    ]),
  );
}
