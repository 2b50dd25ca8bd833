/** The inside of a plugin's worker: it loads one generation, says what that can do, and carries out what it is called for. */
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { workerData } from 'node:worker_threads';
import { systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type {
  ActionCall,
  CommandCall,
  PluginContext,
  PluginDefinition,
  PluginValue,
  VerifierCall,
} from './contract.ts';
import { MOST_SAID, placedReason } from './place.ts';
import { MOST_ANSWER, MOST_STATE, plain } from './plain.ts';
import type {
  CallTarget,
  FilterArgument,
  FromWorker,
  LogLevel,
  StateAnswer,
  StateQuery,
  ToWorker,
  WorkerData,
  WorkerStart,
} from './protocol.ts';
import { shapeOf } from './shape.ts';
import { Tempo } from './tempo.ts';

/** What the SDK is called in plugins, wherever they lie. */
const SDK = 'untether/plugin';
/** Of its state: each has a place in the service until it is answered. */
const MOST_ASKS = 1_000;

/** One generation from the inside. */
async function serve(port: MessagePort, start: WorkerStart): Promise<void> {
  const read: string[] = [];
  const reasonOf = (error: unknown): string => placedReason(error, { root: start.root, read });
  const say = (message: FromWorker): void => {
    port.postMessage(message);
  };
  const ending = new AbortController();
  const asked = new Map<number, (answer: StateAnswer) => void>();
  const calls = new Map<number, AbortController>();
  const context = contextOf(start, { say, asked, signal: ending.signal });
  let plugin: PluginDefinition | undefined;

  async function carryOut({ call, target, argument }: Extract<ToWorker, { kind: 'call' }>): Promise<void> {
    const cut = new AbortController();
    calls.set(call, cut);
    try {
      const given = { ...(argument as object), signal: cut.signal };
      const answer: unknown = await performed(plugin ?? {}, target, { given: given as never, context });
      say({ kind: 'returned', call, value: plain(answer, 'its answer', MOST_ANSWER) });
    } catch (error) {
      say({ kind: 'threw', call, reason: reasonOf(error) });
    } finally {
      calls.delete(call);
    }
  }

  function obey(message: ToWorker): void {
    switch (message.kind) {
      case 'call':
        void carryOut(message);
        return;
      case 'abort':
        calls.get(message.call)?.abort();
        say({ kind: 'heard', call: message.call });
        return;
      case 'kept':
        asked.get(message.ask)?.(message.answer);
        asked.delete(message.ask);
        return;
      case 'end':
        ending.abort();
        say({ kind: 'ended' });
    }
  }

  port.on('message', obey);
  followImports(read, start.root);
  try {
    const { default: exported } = (await import(pathToFileURL(start.entry).href)) as { default?: unknown };
    const checked = shapeOf(exported);
    if (!checked.ok) {
      say({ kind: 'refused', reason: `${fileName(start.entry)}: ${checked.reason}` });
      return;
    }
    plugin = exported as PluginDefinition;
    await plugin.init?.(context);
    say({ kind: 'ready', shape: checked.shape });
  } catch (error) {
    say({ kind: 'refused', reason: reasonOf(error) });
  }
}

interface Given {
  readonly given: CommandCall & ActionCall & VerifierCall & FilterArgument;
  readonly context: PluginContext;
}

/** What the plugin does when it is called; the service calls only what it has. */
function performed(
  { commands, actions, verifiers, filters }: PluginDefinition,
  { kind, key }: CallTarget,
  { given, context }: Given,
): unknown {
  switch (kind) {
    case 'commands':
      return commands?.[key]?.run(given, context);
    case 'actions':
      return actions?.[key]?.run(given, context);
    case 'verifiers':
      // Bytes of its own: those that come lie amid what else came at that time, also for other plugins.
      return verifiers?.[key]?.verify({ ...given, body: Uint8Array.from(given.body) }, context);
    case 'filters':
      return filters?.[key]?.(given.value, ...given.args);
  }
}

interface Ways {
  readonly say: (message: FromWorker) => void;
  readonly asked: Map<number, (answer: StateAnswer) => void>;
  readonly signal: AbortSignal;
}

function contextOf({ id, config }: WorkerStart, { say, asked, signal }: Ways): PluginContext {
  let asks = 0;
  const ask = async (query: StateQuery): Promise<unknown> => {
    if (asked.size >= MOST_ASKS)
      throw new AppError('unavailable', `more than ${MOST_ASKS} at once: await them`);
    const { promise, resolve } = Promise.withResolvers<StateAnswer>();
    const number = ++asks;
    asked.set(number, resolve);
    say({ kind: 'state', ask: number, query });
    const answer = await promise;
    if (!answer.ok) throw new AppError('unavailable', answer.reason);
    return answer.value;
  };
  const pass = new Tempo(
    (level, text) => {
      say({ kind: 'log', level, text });
    },
    () => systemClock.monotonic(),
  );
  const line =
    (level: LogLevel) =>
    (text: unknown): void => {
      pass.line(level, String(text).slice(0, MOST_SAID));
    };
  return {
    id,
    config,
    signal,
    log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
    state: {
      get: async (key) => (await ask({ kind: 'get', key })) as never,
      set: async (key, value) => {
        const kept = plain(value, `the value of ${key}`, MOST_STATE);
        await ask({ kind: 'set', key, value: kept as PluginValue | undefined });
      },
      delete: async (key) => {
        await ask({ kind: 'set', key, value: undefined });
      },
      keys: async () => (await ask({ kind: 'keys' })) as readonly string[],
    },
  };
}

/** Leads the SDK's name to this program, and notes which files of the plugin are read. */
function followImports(read: string[], root: string): void {
  const sdk = new URL('./contract.ts', import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === SDK ? { url: sdk, shortCircuit: true } : next(specifier, context),
    load: (url, context, next) => {
      if (url.startsWith('file:') && fileURLToPath(url).startsWith(root)) read.push(fileURLToPath(url));
      return next(url, context);
    },
  });
}

function fileName(path: string): string {
  return path.split('/').at(-1) ?? path;
}

const { port, start } = workerData as WorkerData;
void serve(port, start);
