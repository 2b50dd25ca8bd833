/** Decides how disturbed a measure is: what of the machine's cores others used right before it. */
import { cpus } from 'node:os';

const LOOK_MS = 1_000;

/** The busy share of all cores over a second in which nothing is measured, 0 to 1. */
export async function busyShare(): Promise<number> {
  const before = coreTimes();
  await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  const after = coreTimes();
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

function coreTimes(): { readonly idle: number; readonly all: number } {
  const times = cpus().map((core) => core.times);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return { idle: sum(times.map(({ idle }) => idle)), all: sum(times.flatMap((core) => Object.values(core))) };
}
