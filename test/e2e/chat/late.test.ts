/** Holds a one-shot whose moment passed while nothing ran to its promise: it runs at the next start, and says how late. */
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../support/untether.ts';
import { idIn, liveStage, Talker, USER } from './support.ts';

/** The same ledger as if it had been left alone for so long, as far as one-shots go. */
function letPass(sandbox: Sandbox, minutes: number): void {
  const ledger = new DatabaseSync(sandbox.path('.untether/untether.db'));
  const ms = minutes * 60_000;
  ledger
    .prepare(`UPDATE runs SET due_at = due_at - ?, ready_at = ready_at - ? WHERE source = 'at'`)
    .run(ms, ms);
  ledger.close();
}

test('in its answer, in the list of runs and in what /why says', async () => {
  await using stage = await liveStage();
  const { api, sandbox, service, control } = stage;
  const somebody = new Talker(api, USER);
  const id = idIn(await somebody.ask('/at 1h look after it', /^⏳/));
  await service.kill();
  letPass(sandbox, 100);
  await sandbox.start();
  const answer = await api.sees(USER, new RegExp(`^look after it\n\n.* · ⏰ at:${id} · 40m( \\d+s)? late$`));
  expect(answer.text).toContain('echo');
  const { run } = await control.run(id);
  expect(run).toMatchObject({ state: 'succeeded', reason: expect.stringMatching(/^40m( \d+s)? late$/) });
  const { sentence } = await control.why({ trigger: run.trigger });
  expect(sentence).toMatch(/; ran 40m( \d+s)? late and succeeded after \S+$/);
  expect(api.complaints).toEqual([]);
});
