/** Decides what a hook's answer makes of a run: on as it is, on with other variables or another prompt, or not at all. */
import { parseJson } from '../../config/json-text.ts';
import type { ActionSpec } from '../../core/action.ts';
import { shown } from '../../core/shown.ts';
import { didYouMean } from '../../core/suggest.ts';

/** What the answer comes to; `wrong` is the rest of a sentence about the hook. */
export type Said =
  | { readonly kind: 'on'; readonly action: ActionSpec }
  | { readonly kind: 'denied'; readonly reason: string }
  | { readonly kind: 'wrong'; readonly reason: string };

/** What a hook may answer on standard output; nothing at all lets the run go on. */
interface Answer {
  readonly decision?: 'allow' | 'deny';
  readonly reason?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly prompt?: string;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** What each key of an answer has to hold. */
const checks: Readonly<
  Record<keyof Answer, readonly [isGood: (value: unknown) => boolean, expected: string]>
> = {
  decision: [(value) => value === 'allow' || value === 'deny', '"allow" or "deny"'],
  reason: [isText, 'a text'],
  env: [isVariables, 'an object of texts, with names of letters, digits and "_"'],
  prompt: [isText, 'a text'],
};

/** Applies what a hook printed to what the run would do. Texts of hooks never become templates. */
export function answered(text: string, action: ActionSpec): Said {
  if (text.trim() === '') return { kind: 'on', action };
  const value = parse(text);
  if (!isObject(value)) return { kind: 'wrong', reason: 'its answer is no JSON object' };
  // Of a "decision" that stands there twice nobody knows which one is meant.
  const strict = parseJson(text);
  if (!strict.ok) return { kind: 'wrong', reason: `its answer is ${shown(strict.fault.message)}` };
  const fault = faultOf(value);
  if (fault !== undefined) return { kind: 'wrong', reason: fault };
  const answer: Answer = value;
  if (answer.decision === 'deny')
    return { kind: 'denied', reason: shown(answer.reason ?? 'no reason given') };
  return changed(action, answer);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says quotes the text, and nothing else.
    return undefined;
  }
}

function faultOf(answer: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(answer)) {
    const check = Object.hasOwn(checks, name) ? checks[name as keyof Answer] : undefined;
    if (check === undefined)
      return `its answer has no key ${JSON.stringify(shown(name))}${didYouMean(name, Object.keys(checks))}`;
    const [isGood, expected] = check;
    if (!isGood(value)) return `its answer is wrong: ${name} has to be ${expected}`;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isVariables(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.entries(value).every(
      ([name, text]) => /^[A-Za-z_]\w*$/.test(name) && typeof text === 'string' && !text.includes('\0'),
    )
  );
}

function changed(action: ActionSpec, { env, prompt }: Answer): Said {
  const isProgram = action.kind === 'command' || action.kind === 'agent_run';
  if (env !== undefined && !isProgram)
    return { kind: 'wrong', reason: `it answers with variables, and ${action.kind} has none` };
  if (prompt !== undefined && action.kind !== 'agent_run')
    return { kind: 'wrong', reason: `it answers with a prompt, and ${action.kind} has none` };
  const withEnv =
    env === undefined || !isProgram ? action : { ...action, hookEnv: { ...action.hookEnv, ...env } };
  if (prompt === undefined || withEnv.kind !== 'agent_run') return { kind: 'on', action: withEnv };
  const { promptTemplate: _, ...rest } = withEnv;
  return { kind: 'on', action: { ...rest, prompt, isPromptOfHook: true } };
}
