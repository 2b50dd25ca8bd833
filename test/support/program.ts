/** Decides which program end-to-end tests start: the bundle, as it is published, made once before they begin. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { buildProgram, ENTRY_POINTS } from '../../tools/build.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the bundle; its compile cache lies there, too, and goes with it. */
    readonly programFolder?: string;
  }
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Builds it inside the checkout, where it finds the packages that are no part of it; the end of the tests removes it. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = join(ROOT, 'node_modules', `.untether-program-${process.pid}`);
  await buildProgram(ROOT, ENTRY_POINTS, folder);
  provide('programFolder', folder);
  return () => rm(folder, { recursive: true, force: true });
}
