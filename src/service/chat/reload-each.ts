/** Decides that bots are reloaded one after another, up to the first that fails: what ails it may ail those after it. */
import { botReloadLines } from '../../chat/reload-lines.ts';
import { AppError, toAppError } from '../../core/errors.ts';
import type { BotReload } from '../../core/views.ts';

/** Reloads each. Rejects as the first that fails, saying which are done and which were left as they are. */
export async function reloadEach(
  names: readonly string[],
  reload: (name: string) => Promise<BotReload>,
): Promise<readonly BotReload[]> {
  const done: BotReload[] = [];
  for (const [index, name] of names.entries()) {
    try {
      done.push(await reload(name));
    } catch (error) {
      throw failureOf(toAppError(error), { name, done, left: names.slice(index + 1) });
    }
  }
  return done;
}

interface Progress {
  readonly name: string;
  readonly done: readonly BotReload[];
  readonly left: readonly string[];
}

function failureOf(cause: AppError, { name, done, left }: Progress): AppError {
  if (done.length === 0 && left.length === 0) return cause;
  const lines = [`bot ${name}: ${cause.message}`, ...botReloadLines(done)];
  const rest = left.length === 0 ? [] : [`left as they are: ${left.join(', ')}`];
  return new AppError(cause.code, [...lines, ...rest].join('\n'), { cause });
}
