/** Decides how a reload is timed: each save adds a webhook, which is asked for until it answers. */
import { Connection } from '../load/connection.ts';
import { requestText } from '../load/delivery.ts';
import type { MeasuredService } from '../service/service.ts';
import { bearerHookToml, bearerOf, frameToml, signedHookToml } from '../service/toml.ts';
import { AppError } from '../../src/core/errors.ts';

/** Between two questions. */
const ASK_EVERY_MS = 4;
const GIVE_UP_MS = 30_000;
/** Between the end of one reload and the next save: what the last one left to do is over. */
const REST_MS = 50;

/** A file of so many triggers, the measured webhook among them. */
export function fileOf(triggers: number): string {
  const others = Array.from({ length: triggers - 1 }, (_, index) =>
    bearerHookToml(`hook-${index}`, ['true']),
  );
  return frameToml(1) + signedHookToml + others.join('');
}

/** Saves `count` times; how long each new webhook took from the save to its first 202, ms. */
export async function saveAndAwait(
  service: MeasuredService,
  first: string,
  count: number,
): Promise<readonly number[]> {
  const times: number[] = [];
  const connection = new Connection(service.port);
  let toml = first;
  for (let save = 0; save < count; save++) {
    const id = `new-${save}`;
    toml += bearerHookToml(id, ['true']);
    const savedAt = performance.now();
    await service.save(toml);
    await untilServed(connection, id);
    times.push(performance.now() - savedAt);
    await sleep(REST_MS);
  }
  connection.close();
  return times;
}

async function untilServed(connection: Connection, id: string): Promise<void> {
  const headers = { authorization: `Bearer ${bearerOf(id)}`, 'content-type': 'application/json' };
  const text = requestText(`/${id}`, headers, '{}');
  const endsAt = performance.now() + GIVE_UP_MS;
  while (performance.now() < endsAt) {
    const status = await new Promise<number>((resolve) => {
      connection.send(text, resolve);
    });
    if (status === 202) return;
    if (status !== 404) throw new AppError('internal', `the new webhook answered ${status}`);
    await sleep(ASK_EVERY_MS);
  }
  throw new AppError('internal', `${id} was not served within ${GIVE_UP_MS} ms of its save`);
}

/** Resolves after `ms`. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
