/** Decides which packages and parts of Node each folder may use. */
import { isBuiltin } from 'node:module';
import type { Import } from './imports.ts';
import { folderOf, targetOf } from './tree.ts';

/** What a folder may import from outside `src`, each with its reason. `node:*` allows all of Node. */
export type PackageTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

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
    '@marcbachmann/cel-js': 'filters',
    re2js: 'regular expressions in filters, in linear time',
    cronstrue: 'schedules in words',
    'node:net': 'what kind of address a sender has',
  },
  scheduler: {
    croner: 'parses schedules',
    luxon: 'wall times to instants',
    'chrono-node': 'times as people write them',
  },
  runs: {
    'node:fs/promises': 'files',
    'node:fs': 'the one cut that nobody may write in between of',
    'node:path': 'their names',
    'node:string_decoder': 'output that arrives in pieces',
  },
  ledger: {
    'node:fs': 'files',
    'node:url': 'the place of our own files',
    'node:sqlite': 'the embedded store',
    'node:crypto': 'fingerprints of payloads and migrations',
  },
  launcher: {
    'node:fs': 'files',
    'node:path': 'their names',
    'node:url': 'the place of our own files',
    'node:child_process': 'children',
    'node:module': 'where the compile cache is',
    'node:process': 'the group it belongs to',
    'node:v8': 'a helper that stays small',
  },
  net: {
    undici: 'outbound HTTP with a connector of our own',
    'ipaddr.js': 'which addresses are private',
    'node:dns/promises': 'names to addresses',
    'node:net': 'connecting',
  },
  files: {
    'node:fs/promises': 'files',
    'node:path': 'their names',
  },
  plugins: {
    '(computed at run time)': 'the code of others, inside its worker',
    'node:worker_threads': 'each generation has a thread of its own',
    'node:child_process': 'the process that all threads share',
    'node:module': 'the name of the SDK, and where a file does not parse',
    'node:crypto': 'whether files are what they were',
    'node:util': 'whatever is thrown that is no error, in words',
    'node:fs': 'the file that does not parse',
    'node:fs/promises': 'files',
    'node:path': 'their names',
    'node:url': 'the place of our own files',
  },
  telemetry: {
    pino: 'the log',
    'pino-pretty': 'the log on a terminal',
    '@opentelemetry/api': 'the kinds and states of spans',
    '@opentelemetry/sdk-trace': 'spans, and batches of them',
    '@opentelemetry/resources': 'what the service says about itself with each',
    '@opentelemetry/otlp-transformer': 'batches as OTLP has them',
    'node:fs': 'the log goes to a descriptor',
    'node:stream': 'where the log goes',
  },
  config: {
    'node:fs': 'files',
    'node:fs/promises': 'files',
    'node:path': 'their names',
    'smol-toml': 'values',
    'toml-eslint-parser': 'positions',
    zod: 'the schema',
    chokidar: 'seeing a save',
    'node:crypto': 'the hash of a revision, certificates and keys',
    'node:tls': 'whether TLS takes a certificate and its key',
    'node:util': 'errors as text',
  },
  actions: {
    'node:fs': 'files',
    'node:fs/promises': 'files',
    'node:path': 'their names',
    'node:crypto': 'names of temporary files, signatures of forwarded requests',
    'node:buffer': 'bodies, bounded',
  },
  server: {
    hono: 'routes',
    '@hono/node-server': 'Node to Hono',
    zod: 'what the control API takes',
    '@fastify/busboy': 'multipart bodies, while they arrive',
    'node:http': 'listening',
    'node:net': 'listening',
    'node:tls': 'listening, encrypted',
    'node:crypto': 'names of temporary files, hashes of uploads',
    'node:fs': 'uploads, as they arrive',
    'node:fs/promises': 'uploads, as they arrive',
    'node:path': 'their names',
    'node:stream': 'uploads, as they arrive',
    'node:stream/promises': 'from the connection to the disk',
  },
  telegram: {
    grammy: 'the Bot API',
    'node:crypto': 'whether the menu is another',
  },
  service: {
    'node:*': 'it wires everything: signals, sockets, locks, processes',
    koffi: 'datagrams to systemd and descriptors kept across execve, which Node has neither of',
  },
  cli: {
    commander: 'arguments',
    '@clack/prompts': 'what init asks',
    yaml: 'files of other programs',
    'node:*': 'a terminal program',
  },
};

/** How an import of a name that is made up at run time is listed. */
const COMPUTED = '(computed at run time)';

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

/** What the table allows to no purpose: packages that are no longer dependencies, and rows that nobody makes use of. */
export function stalePackages(
  table: PackageTable,
  {
    dependencies,
    imports,
  }: { readonly dependencies: readonly string[]; readonly imports: readonly Import[] },
): readonly string[] {
  const used = new Set(imports.map((one) => `${folderOf(one.from)} ${outsideName(one)}`));
  const isUsed = (folder: string, name: string): boolean =>
    name === 'node:*' || used.has(`${folder} ${name}`);
  const isThere = (name: string): boolean =>
    isBuiltin(name) || name === 'node:*' || name === COMPUTED || dependencies.includes(name);
  return Object.entries(table).flatMap(([folder, packages]) =>
    Object.keys(packages).flatMap((name) => {
      if (!isThere(name)) return [`${folder} may import ${name}, which is gone`];
      return isUsed(folder, name) ? [] : [`${folder} may import ${name}, and does not`];
    }),
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
