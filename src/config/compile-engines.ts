/** Decides which coding agents there are: the built-in ones, and those of the file. */
import type { EngineSpec } from '../core/action.ts';
import { builtinEngines } from './builtin-engines.ts';
import type { Frame } from './check.ts';
import { checkTemplates, tableTexts } from './check-templates.ts';
import type { CompileContext, Compiled } from './compile-context.ts';
import { conceal } from './conceal.ts';
import type { Concealed } from './conceal.ts';
import { fault } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';
import { didYouMean } from './suggest.ts';

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
  const { command = builtin.command } = config;
  // A command of one's own may print something else than the built-in one.
  const output = config.output ?? (config.command === undefined ? builtin.output : 'text');
  const env = conceal(config.env, ['engine', name, 'env'], secretOf);
  const missing = fault(['engines', name], '`command` is missing: there is no built-in engine of this name');
  return {
    engine: { name, command, output: output as EngineSpec['output'], env: env.table },
    problems: command.length === 0 ? [missing] : [],
    secrets: env.secrets,
  };
}

function unknownEngine(name: string): EngineSpec {
  return { name, command: [], output: 'text', env: {} };
}

function checkNames(frame: Frame, engines: ReadonlyMap<string, EngineSpec>): readonly Problem[] {
  const known = new Set([...engines.keys()].map((name) => name.toLowerCase()));
  const named: ReadonlyArray<readonly [KeyPath, string | undefined]> = [
    [['default_engine'], frame.default_engine],
    ...Object.entries(frame.projects ?? {}).map(
      ([name, one]) => [['projects', name, 'default_engine'], one.default_engine] as const,
    ),
  ];
  return named.flatMap(([path, name]) =>
    name === undefined || known.has(name.toLowerCase())
      ? []
      : [fault(path, `there is no engine ${JSON.stringify(name)}${didYouMean(name, engines.keys())}`)],
  );
}
