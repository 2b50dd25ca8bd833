/** Holds every provider's row to one table: what it has to accept, and everything it must not. */
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { Delivery, Verdict } from '../../src/core/trigger.ts';
import { compileAuth, providerNames } from '../../src/triggers/auth.ts';
import type { ProviderName } from '../../src/triggers/auth.ts';
import { AT, deliveryOf, senders, standardAsymmetric, twilioJson } from './senders.ts';
import type { Change, Sender } from './senders.ts';

const rows: ReadonlyArray<readonly [name: string, provider: ProviderName, sender: Sender]> = [
  ...providerNames.map((name) => [name, name, senders[name]] as const),
  ['standard-webhooks, asymmetric', 'standard-webhooks', standardAsymmetric],
  ['gitlab, signing token', 'gitlab', senders['standard-webhooks']],
  ['twilio, JSON', 'twilio', twilioJson],
];

/** What does not concern a sender is no test of it, rather than one that is skipped. */
function whenever(concerns: boolean): (name: string, test: () => void) => void {
  return (name, test) => {
    if (concerns) it(name, test);
  };
}

describe.each(rows)('%s', (_name, provider, sender) => {
  const verify = (delivery: Delivery, ...secrets: readonly string[]): Verdict =>
    compileAuth({ kind: 'provider', provider, secrets: secrets.map((one) => new Secret(one)) }).verify(
      delivery,
    );
  const verdict = (change: Change = {}, ...secrets: readonly string[]): string => {
    const found = verify(deliveryOf(sender, change), ...(secrets.length > 0 ? secrets : [sender.secret]));
    return found.ok ? 'ok' : found.reason;
  };
  const given = deliveryOf(sender).headers[sender.proof] ?? '';
  const withProof = (proof: string | undefined): Change => ({ headers: { [sender.proof]: proof } });
  const isInBody = sender.proof === 'clientState';
  const isToken = isInBody || given === sender.secret;

  it('accepts what its sender signs', () => {
    expect(verdict()).toBe('ok');
  });

  it('accepts the old secret while it is being rotated, and the new one, and no third', () => {
    expect(verdict({}, sender.other, sender.secret)).toBe('ok');
    expect(verdict({ secret: sender.other }, sender.other, sender.secret)).toBe('ok');
    expect(verdict({ secret: sender.other })).toMatch(/^wrong (signature|token)$/);
  });

  whenever(!isToken)('refuses a body of which one byte is another', () => {
    const flip = (body: string): string =>
      body.replace(/[a-z](?=[^a-z]*$)/, (letter) => (letter === 'x' ? 'y' : 'x'));
    expect(verdict({ mangle: flip })).toMatch(/^wrong signature$|is not the body's$/);
    expect(verdict({ mangle: (body) => `${body} ` })).not.toBe('ok');
    expect(verdict({ mangle: () => '' })).not.toBe('ok');
  });

  whenever(!isInBody)('refuses a proof that is cut short, goes on, or is absent', () => {
    expect(verdict(withProof(given.slice(0, -2)))).not.toBe('ok');
    expect(verdict(withProof(given.slice(0, Math.ceil(given.length / 2))))).not.toBe('ok');
    expect(verdict(withProof(`${given}00`))).not.toBe('ok');
    expect(verdict(withProof(undefined))).toMatch(/absent$/);
    expect(verdict(withProof(''))).not.toBe('ok');
  });

  whenever(!isInBody)('leaves it out of what is stored', () => {
    const secrets = [new Secret(sender.secret)];
    expect([...compileAuth({ kind: 'provider', provider, secrets }).secretHeaders]).toEqual(
      expect.arrayContaining(['authorization', 'cookie', sender.proof]),
    );
  });

  whenever(!isInBody)('refuses bytes beyond ASCII in it', () => {
    expect(verdict(withProof(`\u00e9${given}`))).not.toBe('ok');
    expect(verdict(withProof(`\u0000${given}`))).not.toBe('ok');
  });

  whenever(!isInBody)('refuses a repeated header that is wrong both times', () => {
    const wrong = deliveryOf(sender, { secret: sender.other }).headers[sender.proof];
    // What Node makes of a header that comes twice.
    expect(verdict(withProof(`${wrong}, ${wrong}`))).not.toBe('ok');
  });

  whenever(/^(sha256=|v\d+=|v1a?,)/.test(given))('refuses another label, and none', () => {
    const label = /^(sha256=|v\d+=|v1a?,)/;
    expect(
      verdict(withProof(given.replaceAll(new RegExp(label.source.replace('^', ''), 'g'), 'md5='))),
    ).toMatch(/not labelled/);
    expect(verdict(withProof(given.replaceAll(new RegExp(label.source.replace('^', ''), 'g'), '')))).toMatch(
      /not labelled/,
    );
  });

  whenever(/[0-9a-f]{64}$/.test(given) && !isToken)('accepts hex in upper case', () => {
    expect(verdict(withProof(given.replace(/[0-9a-f]{64,}/g, (hex) => hex.toUpperCase())))).toBe('ok');
  });

  whenever(sender.toleranceS !== undefined)('refuses a time too far off, either way', () => {
    const tolerance = (sender.toleranceS ?? 0) * 1_000;
    expect(verdict({ sentAt: AT - tolerance })).toBe('ok');
    expect(verdict({ sentAt: AT + tolerance })).toBe('ok');
    expect(verdict({ sentAt: AT - tolerance - 1_000 })).toBe(`timestamp off by -${sender.toleranceS! + 1} s`);
    expect(verdict({ sentAt: AT + tolerance + 1_000 })).toBe(`timestamp off by ${sender.toleranceS! + 1} s`);
  });

  it('streams to the same verdict, or not at all', () => {
    const compile = (secret: string) =>
      compileAuth({ kind: 'provider', provider, secrets: [new Secret(sender.other), new Secret(secret)] });
    const { verifyStream, verify: verifyWhole } = compile(sender.secret);
    if (verifyStream === undefined) return;
    for (const change of [
      {},
      { mangle: (body: string) => `${body}!` },
      withProof(undefined),
      withProof(`${given}0`),
    ]) {
      const { body, ...head } = deliveryOf(sender, change);
      const running = verifyStream(head);
      for (const byte of body) running.update(Buffer.of(byte));
      expect(running.end()).toEqual(verifyWhole({ ...head, body }));
      if (running.early !== undefined) expect(running.end()).toEqual(running.early);
    }
  });
});
