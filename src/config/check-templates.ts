/** Decides whether the operator's templates can be rendered: they parse, and the variables and secrets they name exist. */
import type { PluginPart } from '../core/plugin.ts';
import { didYouMean } from '../core/suggest.ts';
import type { CompileContext } from './compile-context.ts';
import { fault, warning } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';

/** A text of the operator's in which placeholders are replaced. */
export interface OperatorText {
  readonly path: KeyPath;
  readonly text: string | undefined;
  /** Read by people or agents rather than by a machine: a variable that is missing is then only a warning. */
  readonly isProse?: boolean;
  /** Rendered by a run, which can wait for plugins: their filters may be used. */
  readonly isOfRun?: boolean;
}

/** What is wrong with the texts. */
export function checkTemplates(
  texts: readonly OperatorText[],
  context: Pick<CompileContext, 'templates' | 'env' | 'secretNames'>,
): readonly Problem[] {
  return texts.flatMap((one) =>
    one.text === undefined || !one.text.includes('{') ? [] : checkText(one, one.text, context),
  );
}

function checkText(
  { path, isProse = false, isOfRun = false }: OperatorText,
  text: string,
  { templates, env, secretNames }: Pick<CompileContext, 'templates' | 'env' | 'secretNames'>,
): readonly Problem[] {
  const reason = templates.check(text);
  if (reason !== undefined) return [fault(path, `the template cannot be read: ${reason}`)];
  const names = templates.operatorNames(text);
  const unset = names.env.filter((name) => env[name] === undefined);
  const unknown = names.secrets.filter((name) => !secretNames.has(name));
  const say = isProse ? warning : fault;
  const isStray = names.filters.length > 0 && !isOfRun;
  return [
    ...(isStray
      ? [fault(path, 'filters of plugins have no place here: they work in what the runs of a trigger render')]
      : []),
    ...unset.map((name) => say(path, `the environment variable ${name} is not set`)),
    ...unknown.map((name) => fault(path, `there is no ${name} in [secrets]${didYouMean(name, secretNames)}`)),
  ];
}

/** The same as texts that runs render. */
export function ofRun(texts: readonly OperatorText[]): readonly OperatorText[] {
  return texts.map((one) => ({ ...one, isOfRun: true }));
}

/** The filters of plugins that the texts use. */
export function pluginFiltersIn(
  texts: readonly OperatorText[],
  { templates }: Pick<CompileContext, 'templates'>,
): readonly PluginPart[] {
  return texts.flatMap(({ text }) => (text === undefined ? [] : templates.operatorNames(text).filters));
}

/** The values of a table as texts. */
export function tableTexts(
  path: KeyPath,
  table: Readonly<Record<string, unknown>> | undefined,
): readonly OperatorText[] {
  return Object.entries(table ?? {}).flatMap(([name, text]) =>
    typeof text === 'string' ? [{ path: [...path, name], text }] : [],
  );
}
