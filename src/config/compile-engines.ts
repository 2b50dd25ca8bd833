/** Decides which coding agents there are: the built-in ones, and those of the file. */
import type { EngineSpec } from '../core/action.ts';
import { builtinEngineNames } from '../core/agent.ts';
import { builtinEngines } from './builtin-engines.ts';
import type { Frame } from './check.ts';
import { checkTemplates, tableTexts } from './check-templates.ts';
import type { CompileContext, Compiled } from './compile-context.ts';
import { conceal } from './conceal.ts';
import type { Concealed } from './conceal.ts';
import { fault, warning } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';
import { didYouMean } from '../core/suggest.ts';
import { checkName } from './unknown-name.ts';

type EngineConfig = NonNullable<Frame['engines']>[string];

/** What engines are compiled with. */
export interface EngineWorld {
  /** Names of the tables as written, right or wrong: a wrong table is no unknown name. */
  readonly written: readonly string[];
  readonly secretOf: CompileContext['secretOf'];
  readonly checks: Pick<CompileContext, 'templates' | 'env' | 'secretNames'>;
}

/** The agents by name; paths of problems begin at the root of the file. */
export function compileEngines(
  frame: Frame,
  { written, secretOf, checks }: EngineWorld,
): Compiled<ReadonlyMap<string, EngineSpec>> & { readonly value: ReadonlyMap<string, EngineSpec> } {
  const configured = Object.entries(frame.engines ?? {});
  const compiled = configured.map(([name, config]) => compileEngine(name, config, secretOf));
  const value = new Map<string, EngineSpec>([
    ...written.map((name) => [name, unknownEngine(name)] as const),
    ...builtinEngines.map((engine) => [engine.name, engine] as const),
    ...compiled.map(({ engine }) => [engine.name, engine] as const),
  ]);
  const problems = [
    ...compiled.flatMap((one) => one.problems),
    ...configured.flatMap(([name, { env }]) =>
      checkTemplates(tableTexts(['engines', name, 'env'], env), checks),
    ),
    ...checkNames(frame, value),
  ];
  return { value, problems, secrets: compiled.flatMap((one) => one.secrets) };
}

interface CompiledEngine {
  readonly engine: EngineSpec;
  readonly problems: readonly Problem[];
  readonly secrets: Concealed['secrets'];
}

function compileEngine(
  name: string,
  config: EngineConfig,
  secretOf: EngineWorld['secretOf'],
): CompiledEngine {
  const builtin = builtinEngines.find((one) => one.name === name) ?? unknownEngine(name);
  const env = conceal(config.env, ['engine', name, 'env'], secretOf);
  const missing = fault(['engines', name], '`command` is missing: there is no built-in engine of this name');
  const started =
    config.command === undefined ? startedAsBuiltin(builtin, config) : { command: config.command };
  const output = config.output ?? ('builtin' in started ? builtin.output : 'text');
  return {
    engine: {
      name,
      ...started,
      output: output as EngineSpec['output'],
      env: env.table,
      ...(config.model !== undefined && { model: config.model }),
    },
    problems: [
      ...(started.command.length === 0 ? [missing] : []),
      ...checkOutput(name, output),
      ...checkIdle(name, config),
    ],
    secrets: env.secrets,
  };
}

function startedAsBuiltin(
  { command, builtin }: EngineSpec,
  { program, extra_args: extra = [] }: EngineConfig,
): Pick<EngineSpec, 'command' | 'builtin'> {
  if (builtin === undefined) return { command };
  return { builtin, command: [program ?? builtin, ...extra] };
}

function checkOutput(name: string, output: string): readonly Problem[] {
  const kind = /^jsonl:(.*)$/.exec(output)?.[1];
  if (kind === undefined || builtinEngineNames.some((one) => one === kind)) return [];
  const message = `knows no stream of ${JSON.stringify(kind)}${didYouMean(kind, builtinEngineNames)}; write "text", or "jsonl:" and one of ${builtinEngineNames.join(', ')}`;
  return [fault(['engines', name, 'output'], message)];
}

/** A command of one's own is taken as it is. */
function checkIdle(name: string, config: EngineConfig): readonly Problem[] {
  if (config.command === undefined) return [];
  return (['program', 'extra_args'] as const).flatMap((key) =>
    config[key] === undefined
      ? []
      : [warning(['engines', name, key], 'without effect: `command` says it all')],
  );
}

function unknownEngine(name: string): EngineSpec {
  return { name, command: [], output: 'text', env: {} };
}

function checkNames(frame: Frame, engines: ReadonlyMap<string, EngineSpec>): readonly Problem[] {
  const named: ReadonlyArray<readonly [KeyPath, string | undefined]> = [
    [['default_engine'], frame.default_engine],
    ...Object.entries(frame.projects ?? {}).map(
      ([name, one]) => [['projects', name, 'default_engine'], one.default_engine] as const,
    ),
  ];
  return named.flatMap(([path, name]) => checkName(path, { noun: 'engine', name, known: engines.keys() }));
}
