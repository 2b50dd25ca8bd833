/** Decides what the systemd unit of this installation says: the one in `contrib`, with the paths and the systemd of this machine. */
import { join } from 'node:path';

/** Whose service it is. */
export type UnitKind = 'system' | 'user';

/** What differs between machines. */
export interface UnitFacts {
  /** Folder of the program. */
  readonly root: string;
  /** The Node that runs it. */
  readonly node: string;
  /** Absolute path of the configuration; undefined: where the unit in `contrib` has it. */
  readonly config: string | undefined;
  /** 252; undefined: unknown, so new enough. */
  readonly systemd: number | undefined;
}

const TEMPLATES = {
  system: { file: 'untether.service', root: '/opt/untether' },
  user: { file: 'user/untether.service', root: '%h/untether' },
} as const satisfies Record<UnitKind, object>;

/** `Type=notify-reload` came with it (systemd.service(5)). */
const NOTIFY_RELOAD_SINCE = 253;

/** The file that the unit is made from. */
export function templateFile(kind: UnitKind, root: string): string {
  return join(root, 'contrib', TEMPLATES[kind].file);
}

/** The unit: `template` with what differs here. */
export function renderUnit(template: string, kind: UnitKind, facts: UnitFacts): string {
  const { root } = TEMPLATES[kind];
  const lines = template.split('\n').map((line) => {
    if (line.startsWith('ExecStart=')) return execStart(line, facts);
    if (line === 'Type=notify-reload') return typeLines(facts.systemd);
    return line.startsWith('#') ? line : line.replaceAll(root, literal(facts.root));
  });
  return lines.join('\n');
}

function execStart(line: string, { root, node, config }: UnitFacts): string {
  const written = / --config (\S+)$/.exec(line)?.[1] ?? '';
  const words = [node, join(root, 'bin/untether.mjs'), 'run', '--config'].map(quoted);
  return `ExecStart=${[...words, config === undefined ? written : quoted(config)].join(' ')}`;
}

function typeLines(systemd: number | undefined): string {
  if (systemd === undefined || systemd >= NOTIFY_RELOAD_SINCE) return 'Type=notify-reload';
  return 'Type=notify\nExecReload=/bin/kill -HUP $MAINPID';
}

/** As a word of a command line: systemd.service(5), "Command lines". */
function quoted(word: string): string {
  const plain = literal(word).replaceAll('$', '$$$$');
  return /[\s"'\\;]/.test(plain) ? `"${plain.replaceAll(/["\\]/g, '\\$&')}"` : plain;
}

/** Without specifiers: systemd.unit(5). */
function literal(text: string): string {
  return text.replaceAll('%', '%%');
}
