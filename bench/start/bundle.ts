/** Decides which bundle is measured: one that is made of the sources as they are. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The bundle, built when it is missing or older than a source; undefined when it cannot be built. */
export function freshBundle(): string | undefined {
  const bundle = join(ROOT, 'dist', 'main.js');
  if (existsSync(bundle) && statSync(bundle).mtimeMs > newestSource()) return bundle;
  const { status } = spawnSync(process.execPath, [join(ROOT, 'tools', 'build.ts')], { stdio: 'ignore' });
  return status === 0 && existsSync(bundle) ? bundle : undefined;
}

function newestSource(): number {
  const names = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  return names.reduce((newest, name) => Math.max(newest, statSync(join(ROOT, 'src', name)).mtimeMs), 0);
}
