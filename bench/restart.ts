/** Decides what coming and going costs: a restart under load, a stop with runs under way, another token amid messages. */
import { drained } from './restart/drain.ts';
import { rotated } from './restart/rotation.ts';
import { restartsUnderLoad } from './restart/under-load.ts';
import type { Row } from './row.ts';

export const name =
  'restart: once under 500 deliveries a second, in place and with the port held; a stop amid 50 runs; another bot token amid 100 messages';

export async function run(): Promise<readonly Row[]> {
  return [...(await restartsUnderLoad()), ...(await drained()), ...(await rotated())];
}
