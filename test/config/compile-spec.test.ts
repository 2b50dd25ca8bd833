/** Holds what the runs of a cron take from the rest of the file: the engine of its project, and nothing from its chat. */
import { describe, expect, test } from 'vitest';
import type { AgentAction } from '../../src/core/action.ts';
import { profileFor } from '../../src/core/chat-settings.ts';
import { loaded } from './support/load.ts';

const FILE = `default_engine = "codex"
[projects.app]
path = "/srv/app"
default_engine = "claude"
[projects.plain]
path = "/srv/plain"
[transports.telegram]
bot_token = "7:secret"
allowed_user_ids = [1]
[[transports.telegram.chats]]
id = 60
permission_mode = "plan"
engine = "gemini"
`;

/** What the runs of a cron with these lines do, and the file around it. */
async function agentOf(...lines: readonly string[]): Promise<{
  readonly action: AgentAction;
  readonly chat: Awaited<ReturnType<typeof loaded>>['snapshot']['chat'];
}> {
  const cron = ['[[triggers.crons]]', 'id = "a"', 'schedule = "@daily"', 'prompt = "look"', ...lines, ''];
  const { snapshot } = await loaded(`${FILE}${cron.join('\n')}`);
  const [one] = snapshot.crons.values();
  if (one?.spec.action.kind !== 'agent_run') throw new Error('it asks no agent');
  return { action: one.spec.action, chat: snapshot.chat };
}

describe('the engine of a cron', () => {
  test.for([
    ['is that of its project', ['project = "app"'], 'claude'],
    ['is its own before that of its project', ['project = "app"', 'engine = "pi"'], 'pi'],
    ['is that of all where its project names none', ['project = "plain"'], 'codex'],
    ['is that of all where it has no project, whatever its chat is for', ['chat_id = 60'], 'codex'],
  ] as const)('%s', async ([, lines, engine]) => {
    expect((await agentOf(...lines)).action.engine.name).toBe(engine);
  });
});

describe('the permission mode of a cron', () => {
  test('is its own in a chat that only plans, and what people ask there still only plans', async () => {
    const { action, chat } = await agentOf('engine = "claude"', 'chat_id = 60', 'permission_mode = "auto"');
    expect(action.permissionMode).toBe('auto');
    expect(profileFor(chat, 60).permissionMode).toBe('plan');
  });

  test('is that of its engine where it names none, not that of its chat', async () => {
    expect((await agentOf('engine = "claude"', 'chat_id = 60')).action.permissionMode).toBeUndefined();
  });
});
