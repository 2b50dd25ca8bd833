/** Decides what a template of the operator means: a locked Liquid without logic, files, or text of payloads as template. */
import { Liquid } from 'liquidjs';
import type { Template as LiquidNode } from 'liquidjs';
import { messageOf } from '../core/errors.ts';
import type { ApplyFilter, PluginPart } from '../core/plugin.ts';
import type { Secret } from '../core/secret.ts';
import { addPluginFilter, pluginFiltersOf } from './plugin-filter.ts';
import { lockFilters, textOf } from './template-filters.ts';

/** What a template may name. */
export interface TemplateValues {
  /**
   * Names at the top level, by their own properties only. A name `env` or `secrets` in it is never reached: those two
   * are answered by the functions below.
   */
  readonly data: Readonly<Record<string, unknown>>;
  /** `{{env.NAME}}`; absent: no template may name a variable. */
  readonly environment?: (name: string) => string | undefined;
  /** `{{secrets.NAME}}`; absent: no template may name a secret. */
  readonly secrets?: (name: string) => Secret | undefined;
  /** `{{ value | plugin: "ID.NAME" }}`, by `renderAsking` alone; absent: no template may use it. */
  readonly applyFilter?: ApplyFilter;
}

/** A rendered text, or why there is none; the reason holds no value. */
export type Rendered =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** What a template names beyond what was received or fetched, each once. */
export interface OperatorNames {
  readonly env: readonly string[];
  readonly secrets: readonly string[];
  /** What the service answers itself: `now`, `due_at`, `run_id`, `trigger_id`. */
  readonly own: readonly string[];
  /** Filters of plugins. */
  readonly filters: readonly PluginPart[];
}

/** Checks and renders templates, keeping the compiled ones it used last. No method throws. */
export interface Templates {
  /** What is wrong with the text, or undefined when it can be rendered; for the time the file is loaded. */
  check(text: string): string | undefined;
  /**
   * Objects and lists render as JSON, missing and null as nothing. A variable or secret that does not exist is a
   * refusal: an empty credential must never be sent.
   */
  render(text: string, values: TemplateValues): Rendered;
  /** The same for texts that may use filters of plugins, which are asked one after the other. */
  renderAsking(text: string, values: TemplateValues): Promise<Rendered>;
  /** True when a payload, its headers or fetched data can change what the text renders to; true for a broken one. */
  dependsOnPayload(text: string): boolean;
  /** Empty for a broken template. */
  operatorNames(text: string): OperatorNames;
}

/** Names that the service itself answers: nothing that was received or fetched reaches them. */
export const ownNames: ReadonlySet<string> = new Set([
  'now',
  'due_at',
  'run_id',
  'trigger_id',
  'env',
  'secrets',
]);

const KEPT = 512;
const PARSE_LIMIT_CHARS = 1_000_000;
const MEMORY_LIMIT = 64_000_000;
const RENDER_LIMIT_MS = 1_000;

/** `raw` alone, to write two braces. */
const keptTags: ReadonlySet<string> = new Set(['raw']);

/** `[x]`, unlike `["x"]` and `[0]`: which name is meant is only known when it is rendered. */
const COMPUTED_NAME = /\[\s*[^"'\d\s]/;

const noNames: OperatorNames = { env: [], secrets: [], own: [], filters: [] };

interface Compiled {
  readonly nodes: LiquidNode[];
  readonly names: OperatorNames;
  readonly dependsOnPayload: boolean;
}
type Compilation =
  { readonly ok: true; readonly compiled: Compiled } | { readonly ok: false; readonly reason: string };

/** True when the text holds anything that is not taken literally. */
export function hasTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}

/** The text before the first placeholder: the part that the operator alone decides. */
export function literalStart(text: string): string {
  return text.slice(0, Math.max(0, text.search(/\{[{%]|$/)));
}

/** A renderer of its own; share one per service, since it remembers what it compiled. */
export function createTemplates(): Templates {
  const liquid = lockedLiquid();
  const renderInPasses = addPluginFilter(liquid);
  const kept = new Map<string, Compilation>();

  function compile(text: string): Compilation {
    const known = kept.get(text);
    if (known !== undefined) kept.delete(text);
    const compilation = known ?? compileWith(liquid, text);
    kept.set(text, compilation);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value ?? '');
    return compilation;
  }

  return {
    check(text) {
      if (!hasTemplate(text)) return undefined;
      const compilation = compile(text);
      return compilation.ok ? undefined : compilation.reason;
    },
    render(text, values) {
      if (!hasTemplate(text)) return { ok: true, text };
      const compilation = compile(text);
      return compilation.ok ? renderWith(liquid, compilation.compiled, values) : compilation;
    },
    async renderAsking(text, values) {
      if (!hasTemplate(text)) return { ok: true, text };
      const compilation = compile(text);
      if (!compilation.ok) return compilation;
      const render = (): Rendered => renderWith(liquid, compilation.compiled, values);
      const { applyFilter } = values;
      return applyFilter === undefined ? render() : renderInPasses(render, applyFilter);
    },
    dependsOnPayload(text) {
      if (!hasTemplate(text)) return false;
      const compilation = compile(text);
      return !compilation.ok || compilation.compiled.dependsOnPayload;
    },
    operatorNames(text) {
      const compilation = hasTemplate(text) ? compile(text) : undefined;
      return compilation?.ok === true ? compilation.compiled.names : noNames;
    },
  };
}

function lockedLiquid(): Liquid {
  const liquid = new Liquid({
    strictFilters: true,
    // Missing names render as nothing by contract, so variables are not strict; `env` and `secrets` are, see below.
    lenientIf: true,
    ownPropertyOnly: true,
    preserveTimezones: true,
    templates: {},
    parseLimit: PARSE_LIMIT_CHARS,
    memoryLimit: MEMORY_LIMIT,
    renderLimit: RENDER_LIMIT_MS,
    outputEscape: textOf,
  });
  lockFilters(liquid);
  for (const name of Object.keys(liquid.tags))
    if (!keptTags.has(name)) Reflect.deleteProperty(liquid.tags, name);
  return liquid;
}

function compileWith(liquid: Liquid, text: string): Compilation {
  try {
    const nodes = liquid.parse(text);
    const paths: ReadonlyArray<readonly unknown[]> = liquid.variableSegmentsSync(nodes);
    for (const path of paths) {
      const [root, name] = path;
      if ((root === 'env' || root === 'secrets') && typeof name !== 'string') {
        return { ok: false, reason: `"${root}" must be followed by one name, written out: {{${root}.NAME}}` };
      }
    }
    const dependsOnPayload =
      COMPUTED_NAME.test(text) || paths.some(([root]) => typeof root !== 'string' || !ownNames.has(root));
    const roots = new Set(paths.flatMap(([root]) => (typeof root === 'string' ? [root] : [])));
    const names = {
      env: namesUnder('env', paths),
      secrets: namesUnder('secrets', paths),
      own: [...roots].filter((root) => root !== 'env' && root !== 'secrets' && ownNames.has(root)),
      filters: pluginFiltersOf(nodes),
    };
    return { ok: true, compiled: { nodes, names, dependsOnPayload } };
  } catch (error) {
    return { ok: false, reason: messageOf(error) };
  }
}

function namesUnder(root: string, paths: ReadonlyArray<readonly unknown[]>): readonly string[] {
  const under = paths.flatMap(([first, name]) => (first === root && typeof name === 'string' ? [name] : []));
  return [...new Set(under)];
}

function renderWith(liquid: Liquid, { nodes, names }: Compiled, values: TemplateValues): Rendered {
  const env = lookUp(names.env, (name) => values.environment?.(name));
  if (!env.ok) return { ok: false, reason: `the environment variable ${env.missing} is not set` };
  const secrets = lookUp(names.secrets, (name) => values.secrets?.(name)?.reveal());
  if (!secrets.ok) return { ok: false, reason: `there is no secret named ${secrets.missing}` };
  try {
    const scope: object = { __proto__: null, ...values.data, env: env.found, secrets: secrets.found };
    return { ok: true, text: String(liquid.renderSync(nodes, scope)) };
  } catch (error) {
    return { ok: false, reason: messageOf(error) };
  }
}

type LookedUp =
  | { readonly ok: true; readonly found: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly missing: string };

/** Only names that stand in the template itself are in scope, so that no payload can choose another. */
function lookUp(names: readonly string[], find: (name: string) => string | undefined): LookedUp {
  const found: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const name of names) {
    const value = find(name);
    if (value === undefined) return { ok: false, missing: name };
    found[name] = value;
  }
  return { ok: true, found };
}
