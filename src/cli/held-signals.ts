/** Decides what becomes of signals that arrive before the service can answer them: they wait for it. */

/** The signals the service answers. */
export type ServiceSignal = 'SIGHUP' | 'SIGUSR2' | 'SIGTERM' | 'SIGINT';

/** Signals taken over from the system; nothing of what arrived is lost. */
export interface HeldSignals {
  /** Hands every signal that has arrived, and every later one, to `receive`. */
  deliverTo(receive: (signal: ServiceSignal) => void): void;
  /** Gives those that stop the service back to the system: from now on they end the process. */
  letGo(): void;
}

const SIGNALS: readonly ServiceSignal[] = ['SIGHUP', 'SIGUSR2', 'SIGTERM', 'SIGINT'];

/** True for a signal that ends the service. */
export function isStop(signal: ServiceSignal): boolean {
  return signal === 'SIGTERM' || signal === 'SIGINT';
}

/** The part of `process` that is needed here. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  removeAllListeners(signal: NodeJS.Signals): unknown;
}

/**
 * Takes the signals over at once. A SIGHUP in the first millisecond means reload, not death; SIGUSR1 would make Node
 * open its inspector, so it is taken over too and means nothing.
 */
export function holdSignals(source: SignalSource): HeldSignals {
  const waiting: ServiceSignal[] = [];
  let receive = (signal: ServiceSignal): void => void waiting.push(signal);
  for (const signal of SIGNALS) source.on(signal, () => receive(signal));
  source.on('SIGUSR1', () => {});
  return {
    deliverTo(receiver) {
      receive = receiver;
      for (const signal of waiting.splice(0)) receiver(signal);
    },
    letGo() {
      for (const signal of SIGNALS.filter(isStop)) source.removeAllListeners(signal);
    },
  };
}

/** True when the words after the program's name start the service, whatever stands before the command. */
export function startsService(words: readonly string[]): boolean {
  let index = 0;
  while (index < words.length && words[index]?.startsWith('-')) {
    index += words[index] === '--config' || words[index] === '--state' ? 2 : 1;
  }
  return words[index] === 'run';
}
