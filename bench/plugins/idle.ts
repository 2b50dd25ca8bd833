/** Decides what plugins cost while nobody calls them: the bundle without any, with twenty, and with twenty that are watched. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../src/core/errors.ts';
import { sleep } from '../reload/saves.ts';
import type { Row } from '../row.ts';
import { freshBundle } from '../start/bundle.ts';
import { MeasuredService } from '../service/service.ts';
import { frameToml } from '../service/toml.ts';
import { cpuMs, residentMb, withChildren } from '../service/usage.ts';

const PLUGINS = 20;
const REST_MS = 3_000;
const IDLE_MS = 10_000;
const NONE = 'no plugins';

const ids = Array.from({ length: PLUGINS }, (_, index) => `p${index}`);

/** A service and what lies in its folder. */
interface Kind {
  readonly what: string;
  readonly ids: readonly string[];
  readonly toml: string;
}

const kinds: readonly Kind[] = [
  { what: NONE, ids: [], toml: '' },
  { what: `${PLUGINS} plugins`, ids, toml: '' },
  {
    what: `${PLUGINS} plugins, watched`,
    ids,
    toml: ids.map((id) => `[plugins.${id}]\nwatch = true\n`).join(''),
  },
];

/** All at rest at the same time: whatever disturbs one disturbs all. */
export async function idleRows(): Promise<readonly Row[]> {
  await using held = new AsyncDisposableStack();
  const services: MeasuredService[] = [];
  const program = freshBundle();
  for (const kind of kinds) services.push(held.use(await serving(kind, program)));
  await sleep(REST_MS);
  const before = services.map(({ pid }) => withChildren(pid, cpuMs));
  await sleep(IDLE_MS);
  const shares = services.map(
    ({ pid }, index) => ((withChildren(pid, cpuMs) - (before[index] ?? 0)) / IDLE_MS) * 100,
  );
  const resident = services.map(({ pid }) => withChildren(pid, residentMb));
  return [
    ...kinds.map(({ what }, index) => rowOf(`${what}: at rest`, '% of a core', { shown: shares, index })),
    ...kinds.map(({ what }, index) => rowOf(`${what}: resident`, 'MB', { shown: resident, index })),
  ];
}

function rowOf(
  what: string,
  unit: string,
  { shown, index }: { readonly shown: readonly number[]; readonly index: number },
): Row {
  const [first = Number.NaN] = shown;
  const value = shown[index] ?? Number.NaN;
  return { what, value, unit, ...(index > 0 && { baseline: NONE, ratio: value / first }) };
}

async function serving({ ids: names, toml }: Kind, program: string | undefined): Promise<MeasuredService> {
  const service = await MeasuredService.start({
    ...{ toml: frameToml(4) + toml, probe: false },
    ...(program !== undefined && { program }),
  });
  await mkdir(join(service.folder, 'plugins'));
  for (const id of names) await writeFile(join(service.folder, 'plugins', `${id}.mjs`), textOf(id));
  const { added } = await service.control<{ readonly added: readonly string[] }>('reloadPlugins');
  if (added.length !== names.length) throw new AppError('internal', 'not all plugins were loaded');
  return service;
}

function textOf(id: string): string {
  return `export default { commands: { ${id}: { run: () => '${id}' } } };`;
}
