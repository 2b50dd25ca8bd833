/** Decides what is remembered of every call, and how it reads in a failing test. */
import type { FaultKind } from './faults.ts';
import type { Raw } from './wire.ts';

export type Outcome =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'answered'; readonly result: unknown }
  | { readonly kind: 'refused'; readonly status: number; readonly description: string }
  | { readonly kind: 'faulted'; readonly when: 'before' | 'after'; readonly fault: FaultKind }
  /** The client hung up while it waited. */
  | { readonly kind: 'gone' };

export interface Call {
  readonly method: string;
  readonly token: string;
  readonly params: Raw;
  /** Epoch ms on a clock that never goes back. */
  readonly at: number;
  readonly outcome: Outcome;
}

/** A call of which the end is still to be written. */
export type OpenCall = Omit<Call, 'outcome'> & { outcome: Outcome };

export class CallLog {
  readonly #calls: OpenCall[] = [];

  get calls(): readonly Call[] {
    return this.#calls;
  }

  open(called: Pick<Call, 'method' | 'token' | 'params'>): OpenCall {
    const call: OpenCall = {
      ...called,
      at: performance.timeOrigin + performance.now(),
      outcome: { kind: 'waiting' },
    };
    this.#calls.push(call);
    return call;
  }

  /** The last calls, a line each. */
  tail(count = 12): string {
    return this.#calls.slice(-count).map(lineOf).join('\n');
  }
}

function lineOf({ method, params, outcome }: Call): string {
  const asked = JSON.stringify(params);
  return `  ${method} ${asked.length > 300 ? `${asked.slice(0, 300)}…` : asked} → ${endOf(outcome)}`;
}

function endOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'refused':
      return `${outcome.status} ${outcome.description}`;
    case 'faulted':
      return `fault ${outcome.when}: ${JSON.stringify(outcome.fault)}`;
    case 'waiting':
    case 'answered':
    case 'gone':
      return outcome.kind;
  }
}
