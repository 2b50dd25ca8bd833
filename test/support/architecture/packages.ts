/** Decides which packages and parts of Node each folder may use. */
import { isBuiltin } from 'node:module';
import type { Import } from './imports.ts';
import { folderOf, targetOf } from './tree.ts';

/** What a folder may import from outside `src`, each with its reason. `node:*` allows all of Node. */
export type PackageTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

const FILES = {
  'node:fs': 'files',
  'node:fs/promises': 'files',
  'node:path': 'their names',
  'node:url': 'the place of our own files',
} as const;

/** The program's own table: a new line here is a decision, so it says why. */
export const packageTable: PackageTable = {
  core: {
    uuid: 'run ids that sort by time',
    'parse-duration': 'durations as people write them',
    'node:util': 'a secret hides itself from inspect',
  },
  triggers: {
    'node:crypto': 'signatures and delivery keys',
    'node:buffer': 'raw bytes are verified before they are parsed',
    liquidjs: 'templates',
    cronstrue: 'schedules in words',
    'ipaddr.js': 'senders by address range',
    'node:net': 'what kind of address a sender has',
  },
  scheduler: {
    croner: 'parses schedules',
    luxon: 'wall times to instants',
    cronstrue: 'schedules in words',
    'chrono-node': 'times as people write them',
  },
  runs: {
    ...FILES,
    'node:string_decoder': 'output that arrives in pieces',
    'node:crypto': 'jitter and fingerprints that are the same on every replica',
  },
  ledger: {
    ...FILES,
    'node:sqlite': 'the embedded store',
    'node:crypto': 'fingerprints of payloads and migrations',
    'node:util': 'rows to values',
  },
  launcher: {
    ...FILES,
    'node:child_process': 'children',
    'node:module': 'where the compile cache is',
    'node:net': 'the helper is spoken to over a socket',
    'node:os': 'signal numbers and memory',
    'node:process': 'the group it belongs to',
    'node:readline': 'one message a line',
    'node:stream': 'pipes',
    'node:string_decoder': 'text that arrives in pieces',
    'node:events': 'waiting for one event',
    'node:v8': 'a helper that stays small',
    'node:buffer': 'output as bytes',
  },
  net: {
    undici: 'outbound HTTP with a connector of our own',
    'ipaddr.js': 'which addresses are private',
    'node:dns': 'names to addresses',
    'node:dns/promises': 'names to addresses',
    'node:net': 'connecting',
    'node:tls': 'connecting',
    'node:stream': 'bodies, bounded',
    'node:stream/promises': 'bodies, bounded',
    'node:buffer': 'bodies, bounded',
  },
  telemetry: {
    pino: 'the log',
    'pino-pretty': 'the log on a terminal',
    'node:perf_hooks': 'event-loop delay',
    'node:fs': 'the log goes to a descriptor',
    'node:stream': 'where the log goes',
    'node:util': 'errors as text',
  },
  config: {
    ...FILES,
    'smol-toml': 'values',
    'toml-eslint-parser': 'positions',
    zod: 'the schema',
    chokidar: 'seeing a save',
    'ipaddr.js': 'address ranges',
    'parse-duration': 'durations as people write them',
    'node:crypto': 'the hash of a revision',
    'node:os': 'the home folder',
    'node:util': 'errors as text',
    'node:worker_threads': 'large files are parsed off the main thread',
  },
  actions: {
    ...FILES,
    zod: 'what each action may be configured with',
    'node:crypto': 'names of temporary files, signatures of forwarded requests',
    'node:os': 'the folder for temporary files',
    'node:stream': 'bodies, bounded',
    'node:buffer': 'bodies, bounded',
  },
  server: {
    hono: 'routes',
    '@hono/node-server': 'Node to Hono',
    zod: 'what the control API takes',
    'node:http': 'listening',
    'node:https': 'listening',
    'node:net': 'listening',
    'node:fs': 'certificates',
    'node:fs/promises': 'certificates and uploads',
    'node:path': 'names of uploads',
    'node:crypto': 'comparing secrets in constant time',
    'node:stream': 'bodies, bounded',
    'node:buffer': 'bodies, bounded',
    'node:zlib': 'compressed bodies',
    'ipaddr.js': 'who may be trusted to name the sender',
  },
  service: {
    hono: 'the control socket speaks HTTP',
    '@hono/node-server': 'Node to Hono',
    'package.json': 'the version',
    'node:*': 'it wires everything: signals, sockets, locks, processes',
  },
  cli: {
    commander: 'arguments',
    cronstrue: 'schedules in words',
    'package.json': 'the version',
    'node:*': 'a terminal program',
  },
};

/** The imports from outside `src` that the table does not allow their folder. */
export function foreignImports(table: PackageTable, imports: readonly Import[]): readonly string[] {
  return imports.flatMap((one) => {
    const name = outsideName(one);
    if (name === undefined) return [];
    const folder = folderOf(one.from) ?? '';
    const allowed = table[folder] ?? {};
    if (name in allowed || (name.startsWith('node:') && 'node:*' in allowed)) return [];
    const list = Object.keys(allowed).join(', ') || 'nothing';
    return [
      `${one.from}:${one.line} imports ${name}; src/${folder} may import ${list} (the table is in packages.ts)`,
    ];
  });
}

/** Packages that the table still names although the program no longer depends on them. */
export function stalePackages(table: PackageTable, dependencies: readonly string[]): readonly string[] {
  const known = (name: string): boolean =>
    isBuiltin(name) || name === 'node:*' || name === 'package.json' || dependencies.includes(name);
  return Object.entries(table).flatMap(([folder, packages]) =>
    Object.keys(packages).flatMap((name) =>
      known(name) ? [] : [`${folder} may import ${name}, which is gone`],
    ),
  );
}

/** The package, part of Node or file outside `src` that is imported; undefined when it leads into `src`. */
function outsideName(one: Import): string | undefined {
  const target = targetOf(one);
  if (target !== undefined) return target.startsWith('src/') ? undefined : target;
  if (isBuiltin(one.specifier)) return one.specifier;
  return one.specifier
    .split('/')
    .slice(0, one.specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
