/** Decides what plugins cost: each call, each reload, and that they are there. */
import { callRows } from './plugins/calls.ts';
import { idleRows } from './plugins/idle.ts';
import { reloadRows } from './plugins/reloads.ts';
import type { Row } from './row.ts';

export const name =
  'plugins: calls through a worker; 200 reloads of a module that holds 20,000 rows, after 20 to warm up; twenty at rest in the bundle';

export async function run(): Promise<readonly Row[]> {
  return [...(await callRows()), ...(await reloadRows()), ...(await idleRows())];
}
