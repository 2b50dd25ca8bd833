/** Decides how an accepted delivery enters the ledger, and what its sender is told once that is certain. */
import type { Admitted } from '../core/admission.ts';
import { newRunId } from '../core/ids.ts';
import { admissionOf } from '../triggers/admit.ts';
import type { Accepted } from '../triggers/admit.ts';
import { answerAccepted, answerLater } from './answers/answer.ts';
import type { ServerDeps } from './deps.ts';
import type { Endings, Exchange } from './endings.ts';
import { retryAfter } from './replies.ts';
import type { Placed } from './upload/upload.ts';

// What a full queue asks of the sender.
const QUEUE_FULL_RETRY_MS = 30_000;

/** What entering takes. */
export type EntryDeps = Pick<ServerDeps, 'admit' | 'results' | 'clock' | 'log'>;

/** The last step of every delivery that becomes a run. */
export class Entry {
  readonly #deps: EntryDeps;
  readonly #endings: Endings;

  constructor(deps: EntryDeps, endings: Endings) {
    this.#deps = deps;
    this.#endings = endings;
  }

  /** Answers now or later. The files of an upload are in their places before the ledger takes it, and a run finds them. */
  accept(exchange: Exchange, decision: Accepted, receivedAt: number): void {
    if (exchange.upload === undefined) return this.#admit(exchange, decision, receivedAt);
    const admit = (placed: Placed): void => {
      if (placed.kind !== 'placed') return this.#endings.noUpload(exchange, placed);
      this.#admit(exchange, { ...decision, payload: placed.payload }, receivedAt);
    };
    const failed = (error: unknown): void => {
      this.#endings.failed(exchange, error);
    };
    exchange.upload.place(decision.payload).then(admit).catch(failed);
  }

  #admit(exchange: Exchange, decision: Accepted, receivedAt: number): void {
    const { snapshot, trigger } = exchange;
    if (decision.apart !== undefined)
      this.#deps.log.warn('a delivery is not coalesced', { trigger: trigger.id, reason: decision.apart });
    const facts = { id: newRunId(), revision: snapshot.revision, receivedAt };
    this.#deps.admit({ admissions: [admissionOf(trigger, decision, facts)] }).then(
      (answers) => {
        this.#answer(exchange, answers[0]);
      },
      (error: unknown) => {
        this.#endings.unavailable(exchange, error);
      },
    );
  }

  #answer(exchange: Exchange, admitted: Admitted | undefined): void {
    switch (admitted?.kind) {
      case 'admitted':
        answerAccepted(exchange, admitted.run, this.#deps);
        return this.#endings.report(exchange, 'accepted');
      case 'duplicate': {
        const isSame = admitted.sameBody || exchange.trigger.isRewritten === true;
        if (isSame && answerLater(exchange, admitted.run, this.#deps)) {
          void exchange.upload?.discard();
          return this.#endings.report(exchange, 'duplicate');
        }
        return this.#endings.end(exchange, isSame ? 'duplicate' : 'conflict', { run: admitted.run });
      }
      case 'refused':
        return this.#endings.end(exchange, 'queue_full', { headers: retryAfter(QUEUE_FULL_RETRY_MS) });
      case undefined:
        return this.#endings.unavailable(exchange, 'the ledger gave no answer');
    }
  }
}
