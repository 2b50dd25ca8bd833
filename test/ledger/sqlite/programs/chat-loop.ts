/**
 * Takes updates in and sends their answers, with the ledger in the file named by its argument, for as long as it lives,
 * and prints what was acknowledged: `received N` and `sent KEY`. It goes on after the last update that is recorded.
 */
import { writeSync } from 'node:fs';
import { systemClock } from '../../../../src/core/clock.ts';
import { silentLog } from '../../../../src/core/log.ts';
import { openLedger } from '../../../../src/ledger/open.ts';
import { home, message } from '../../../conformance/ledger/messages.ts';

const file = process.argv[2] ?? '';
const { chat } = await openLedger({ file, clock: systemClock, log: silentLog });

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

async function receive(): Promise<void> {
  for (let update = ((await chat.lastUpdate('42', Date.now())) ?? 0) + 1; ; update += 1) {
    const answers = [message(`update:${update}:0`), message(`update:${update}:1`)];
    await chat.received({ account: '42', update, answers, at: Date.now() });
    say(`received ${update}`);
  }
}

/** What an earlier life was sending may have arrived: it is not sent again. */
async function giveUpWhatWasSending(): Promise<void> {
  for (const { seq, version } of await chat.sendingMessages(home.bot)) {
    const outcome = { kind: 'unknown', reason: 'it died' } as const;
    await chat.settleMessage({ seq, version, outcome, at: Date.now() });
  }
}

async function send(): Promise<void> {
  for (;;) {
    const taken = await chat.take(home);
    if (taken === undefined) continue;
    const { seq, version, key } = taken;
    const outcome = { kind: 'sent', messageId: seq } as const;
    await chat.settleMessage({ seq, version, outcome, at: Date.now() });
    say(`sent ${key}`);
  }
}

await giveUpWhatWasSending();
await Promise.all([receive(), send()]);
