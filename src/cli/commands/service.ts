/** `untether service install`: writes the systemd unit of this installation, or prints it. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { AppError, messageOf } from '../../core/errors.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { usage } from '../input.ts';
import type { Input } from '../input.ts';
import { packageRoot } from '../package-root.ts';
import { renderUnit, templateFile } from '../unit.ts';
import type { UnitKind } from '../unit.ts';

export const handle: Handler = async function service(input, context) {
  const action = input.arg(0);
  if (action !== 'install')
    throw usage(`there is nothing like "service ${String(action)}"; known is install`);
  const kind = input.isSet('user') ? 'user' : 'system';
  const unit = await unitOf(kind, input, context);
  const { print } = context;
  if (input.isSet('print')) {
    if (print.json) print.value({ unit });
    else print.raw(unit);
    return exitCodes.ok;
  }
  const file = placeOf(kind, context);
  await put(file, unit);
  const next = `systemctl ${kind === 'user' ? '--user ' : ''}daemon-reload && systemctl ${kind === 'user' ? '--user ' : ''}enable --now untether`;
  if (print.json) print.value({ file, next });
  else print.line(`wrote ${file}; now: ${next}`);
  return exitCodes.ok;
};

async function unitOf(kind: UnitKind, input: Input, { cwd }: CommandContext): Promise<string> {
  const root = packageRoot();
  const named = input.text('config');
  return renderUnit(await readFile(templateFile(kind, root), 'utf8'), kind, {
    root,
    node: process.execPath,
    config: named === undefined ? undefined : resolve(cwd, named),
    systemd: await systemdVersion(),
  });
}

/** Undefined: there is none here. */
async function systemdVersion(): Promise<number | undefined> {
  const { stdout } = await promisify(execFile)('systemctl', ['--version']).catch(() => ({ stdout: '' }));
  const version = /^systemd (\d+)/.exec(stdout)?.[1];
  return version === undefined ? undefined : Number(version);
}

function placeOf(kind: UnitKind, { env }: CommandContext): string {
  if (kind === 'system') return '/etc/systemd/system/untether.service';
  const home = env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? homedir(), '.config');
  return join(home, 'systemd/user/untether.service');
}

/** A unit that somebody has changed is theirs. */
async function put(file: string, unit: string): Promise<void> {
  const present = await readFile(file, 'utf8').catch(() => undefined);
  if (present === unit) return;
  if (present !== undefined)
    throw new AppError('conflict', `${file} is there and says something else: take it away first`);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, unit, { flag: 'wx', mode: 0o644 });
  } catch (error) {
    throw new AppError('unavailable', `cannot write ${file}: ${messageOf(error)}`, { cause: error });
  }
}
