/** Decides whether the coding agents that are used can be started, and whether they look logged in. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { programLookup } from '../../config/programs.ts';
import type { EngineSpec } from '../../core/action.ts';
import { lookUp } from '../../core/named.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Facts } from './facts.ts';
import { broken, doubtful, fine } from './finding.ts';
import type { Finding } from './finding.ts';
import { logins } from './logins.ts';
import { succeeds } from './probe.ts';

/** An agent, where it is started, and what names it; nothing: only whoever asks without naming one. */
interface Used {
  readonly engine: EngineSpec;
  readonly cwd: string;
  readonly by: readonly string[];
}

export async function checkEngines(facts: Facts): Promise<readonly Finding[]> {
  const { loaded } = facts;
  if (loaded === undefined) return [];
  const used = usedEngines(loaded.snapshot);
  const findings = await Promise.all(used.map((one) => checkEngine(one, facts)));
  return findings.flat();
}

/** Those of triggers, of projects and by default; a default that nothing but a person asks for counts for less. */
function usedEngines({ crons, webhooks, projects, defaults, engines }: Snapshot): readonly Used[] {
  const ofTriggers = [...crons.values(), ...webhooks.values()].flatMap(({ id, spec: { action } }) =>
    action.kind === 'agent_run' ? [{ engine: action.engine, cwd: action.cwd, by: id }] : [],
  );
  const names = [...[...projects.values()].map(({ defaultEngine }) => defaultEngine), defaults.engine];
  const byDefault = names.flatMap((name) => {
    const engine = name === undefined ? undefined : lookUp(engines, name);
    return engine === undefined ? [] : [{ engine, cwd: defaults.cwd, by: undefined }];
  });
  const byName = Map.groupBy([...ofTriggers, ...byDefault], ({ engine }) => engine.name);
  return [...byName.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const by = [first, ...others].flatMap((one) => one.by ?? []);
    return [{ engine: first.engine, cwd: first.cwd, by }];
  });
}

async function checkEngine({ engine, cwd, by }: Used, facts: Facts): Promise<readonly Finding[]> {
  const name = `engine ${engine.name}`;
  const [program = ''] = engine.command;
  const isThere = programLookup(facts.env['PATH'])(program, cwd);
  if (isThere) return [await loginOf(engine, facts), ...unpassedKey(engine, facts)];
  const isChatting = (facts.loaded?.snapshot.chat.bots.size ?? 0) > 0;
  const finding = `${program} is not ${program.includes('/') ? 'there' : 'on the PATH'}`;
  const remedy = remedyFor(engine);
  if (by.length > 0) return [broken({ name, finding: `${finding}; used by ${by.join(', ')}` }, remedy)];
  if (isChatting) return [doubtful({ name, finding: `${finding}; chat asks it by default` }, remedy)];
  return [fine(name, `${finding}; nothing asks it unless a person does`)];
}

function remedyFor({ name, builtin }: EngineSpec): string {
  return builtin === undefined
    ? `mend [engines.${name}] command`
    : `install it, write [engines.${name}] program = "/path/to/${builtin}", or choose another engine`;
}

async function loginOf(engine: EngineSpec, { home }: Facts): Promise<Finding> {
  const name = `engine ${engine.name}`;
  const { builtin, command } = engine;
  const program = command[0] ?? '';
  if (builtin === undefined) return fine(name, `${program} is there`);
  const { paths, variable, by } = logins[builtin];
  const hasKey = variable !== undefined && Object.hasOwn(engine.env, variable);
  const found = await Promise.all(paths.map((path) => succeeds(access(join(home, path)))));
  if (hasKey || found.includes(true)) return fine(name, `${program} is there and looks logged in`);
  return doubtful({ name, finding: `${program} is there, and may not be logged in` }, by);
}

/** A key in the shell is not seen by children, which get a list of variables and what their engine adds. */
function unpassedKey(engine: EngineSpec, { env }: Facts): readonly Finding[] {
  const variable = engine.builtin === undefined ? undefined : logins[engine.builtin].variable;
  if (variable === undefined || Object.hasOwn(engine.env, variable)) return [];
  if (env[variable] === undefined || env[variable] === '') return [];
  const finding = `${variable} is set here, but runs do not get it: variables are passed on by name only`;
  const remedy = `write [engines.${engine.name}] env = { ${variable} = { env = "${variable}" } }`;
  return [doubtful({ name: `engine ${engine.name}`, finding }, remedy)];
}
