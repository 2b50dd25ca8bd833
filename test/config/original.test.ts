import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CronTrigger, WebhookTrigger } from '../../src/core/trigger.ts';
import { triggerId } from '../../src/core/ids.ts';
import { loaded } from './support/load.ts';

const text = readFileSync(new URL('fixtures/original.toml', import.meta.url), 'utf8');
const env = { PATH: '/usr/bin:/bin', GITHUB_TOKEN: 'gh' };

async function original(): Promise<
  { readonly cron: (id: string) => CronTrigger; readonly webhook: (id: string) => WebhookTrigger } & Awaited<
    ReturnType<typeof loaded>
  >
> {
  const one = await loaded(text, { env });
  return {
    ...one,
    cron: (id) => one.snapshot.crons.get(triggerId('cron', id))!,
    webhook: (id) => one.snapshot.webhooks.get(triggerId('webhook', id))!,
  };
}

describe('a file written for the original', () => {
  it('loads, and one warning names what has no effect', async () => {
    const { snapshot } = await original();
    const unread = snapshot.warnings.filter(({ message }) => message.startsWith('accepted without effect'));
    expect(unread.map(({ message }) => message)).toEqual([
      'accepted without effect, nothing reads it yet: transport, transports.telegram.message_overflow, transports.telegram.session_mode, transports.telegram.show_resume_line, transports.telegram.forward_coalesce_s, transports.telegram.voice_transcription, transports.telegram.topics, transports.telegram.files, projects.*.worktrees_dir, projects.*.worktree_base, claude, codex, progress, watchdog, cost_budget, footer, preamble, loop, auto_continue, security',
    ]);
    expect([...snapshot.crons.keys(), ...snapshot.webhooks.keys()]).toHaveLength(9);
  });

  it('starts agents: the engine of the trigger, else of the project, else of all', async () => {
    const { webhook, cron } = await original();
    expect(webhook('generic').spec).toMatchObject({
      action: {
        kind: 'agent_run',
        promptTemplate: 'Look at {{event.name}}',
        engine: { name: 'codex' },
        cwd: '/home/me/dev/app',
        untrusted: true,
      },
      project: 'app',
    });
    expect(webhook('github-push').spec.action).toMatchObject({
      engine: { name: 'claude' },
      cwd: '/etc/untether',
    });
    expect(cron('daily-review').spec.action).toMatchObject({
      prompt: 'Review open PRs.',
      permissionMode: 'plan',
      untrusted: false,
    });
  });

  it('reads schedules in the zone of the cron, else of all', async () => {
    const { cron } = await original();
    expect(cron('daily-review').schedule).toMatchObject({
      expression: '0 9 * * 1-5',
      zone: 'Australia/Melbourne',
    });
    expect(cron('once')).toMatchObject({
      runOnce: true,
      schedule: { zone: 'Europe/London' },
      missed: { by: { down: 'all', paused: 'all' } },
    });
  });

  it('confines files to the folder that their path begins with', async () => {
    const { webhook, cron } = await original();
    expect(webhook('batch').spec.action).toEqual({
      kind: 'file_write',
      path: '/home/me/incoming/batch_{{date}}.json',
      root: '/home/me/incoming',
      onConflict: 'append_timestamp',
    });
    expect(cron('log').spec.fetch).toMatchObject({
      kind: 'file_read',
      path: '/var/log/app.log',
      root: '/var/log',
      parseAs: 'lines',
    });
  });

  it('keeps literal credentials out of what is stored with a run', async () => {
    const { webhook, snapshot } = await original();
    const { spec } = webhook('forward');
    expect(JSON.stringify(spec)).not.toContain('literal-token');
    const [, reference] = /^\{\{secrets\.(.+)\}\}$/.exec(
      (spec.action as { headers: Record<string, string> }).headers['Authorization']!,
    )!;
    expect(snapshot.secrets.get(reference!)?.reveal()).toBe('Bearer literal-token');
    expect(spec.action).toMatchObject({
      method: 'PUT',
      headers: { 'X-Source': 'untether' },
      timeoutMs: 15_000,
    });
  });

  it('leaves a header with a variable as the template it is', async () => {
    const { cron } = await original();
    expect(cron('issues').spec.fetch).toMatchObject({
      headers: { Authorization: 'Bearer {{env.GITHUB_TOKEN}}', Accept: 'application/json' },
      storeAs: 'issues',
      timeoutMs: 15_000,
    });
  });

  it('verifies senders as before', async () => {
    const { webhook } = await original();
    const delivery = { method: 'POST', url: '/', body: new Uint8Array(), receivedAt: 0 };
    expect(
      webhook('generic').verify({ ...delivery, headers: { authorization: 'Bearer a-long-secret' } }),
    ).toEqual({ ok: true });
    expect(webhook('generic').verify({ ...delivery, headers: { authorization: 'Bearer other' } }).ok).toBe(
      false,
    );
    expect(webhook('github-push').events).toEqual(new Set(['push']));
    expect(webhook('forward').open).toBe(true);
  });
});
