/** Decides between several ways to verify one sender, as while it changes from one to another: any of them is enough. */
import type { StreamVerification, Verdict } from '../core/trigger.ts';
import { verifyNothing } from './verify.ts';
import type { Verifier } from './verify.ts';

/** All of `verifiers` as one; of several reasons that of the last. One at least. */
export function verifyAny([first = verifyNothing, ...others]: readonly Verifier[]): Verifier {
  return others.reduce(eitherOf, first);
}

function eitherOf(one: Verifier, other: Verifier): Verifier {
  const { verifyStream: first } = one;
  const { verifyStream: second } = other;
  return {
    verify: (delivery) => better(one.verify(delivery), other.verify(delivery)),
    ...(first && second && { verifyStream: (head) => eitherStream(first(head), second(head)) }),
  };
}

function eitherStream(one: StreamVerification, other: StreamVerification): StreamVerification {
  return {
    early: earlyOf(one.early, other.early),
    update(chunk) {
      one.update(chunk);
      other.update(chunk);
    },
    end: () => better(one.end(), other.end()),
  };
}

function earlyOf(one: Verdict | undefined, other: Verdict | undefined): Verdict | undefined {
  if (one?.ok === true) return one;
  return other?.ok === true || one !== undefined ? other : undefined;
}

function better(one: Verdict, other: Verdict): Verdict {
  return one.ok ? one : other;
}
