import { describe, expect, it } from 'vitest';
import type { ActionSpec } from '../../../src/core/action.ts';
import { answered } from '../../../src/service/hooks/answer.ts';

const command: ActionSpec = {
  kind: 'command',
  argv: ['deploy'],
  shell: false,
  env: { A: '{{ref}}' },
  cwd: '/srv',
  stdin: 'none',
  allowFlags: false,
};
const agent: ActionSpec = {
  kind: 'agent_run',
  promptTemplate: 'look at {{x}}',
  engine: { name: 'echo', command: ['cat'], output: 'text', env: {} },
  cwd: '/srv',
  untrusted: true,
};
const notify: ActionSpec = { kind: 'notify_only', message: 'hello', silent: false };

describe('an answer that lets the run go on', () => {
  it.each(['', ' \n', '{}', '{"decision": "allow"}', '{"decision": "allow", "reason": "a weekday"}'])(
    'changes nothing: %j',
    (text) => {
      expect(answered(text, command)).toEqual({ kind: 'on', action: command });
    },
  );

  it('adds variables to those of the hooks before it', () => {
    const first = answered('{"env": {"A": "1", "B": "1"}}', command);
    if (first.kind !== 'on') throw new Error('expected it to go on');
    expect(answered('{"env": {"B": "{{2}}"}}', first.action)).toEqual({
      kind: 'on',
      action: { ...command, hookEnv: { A: '1', B: '{{2}}' } },
    });
  });

  it('takes the place of a prompt and of its template, and is marked as written by a hook', () => {
    const { promptTemplate: _, ...rest } = agent;
    expect(answered('{"prompt": "say {{x}}"}', agent)).toEqual({
      kind: 'on',
      action: { ...rest, prompt: 'say {{x}}', isPromptOfHook: true },
    });
  });
});

it.each([
  ['{"decision": "deny", "reason": "no\\npushes", "env": {"A": "1"}}', 'no\uFFFDpushes'],
  ['{"decision": "deny"}', 'no reason given'],
])('denies: %s', (text, reason) => {
  expect(answered(text, command)).toEqual({ kind: 'denied', reason });
});

it.each([
  ['ok', command, 'its answer is no JSON object'],
  ['[]', command, 'its answer is no JSON object'],
  ['null', command, 'its answer is no JSON object'],
  ['{"decision": "deny"} {}', command, 'its answer is no JSON object'],
  [
    '{"decision": "deny", "decision": "allow"}',
    command,
    'its answer is not valid JSON: "decision" stands there twice',
  ],
  ['{"decision": "Deny"}', command, 'its answer is wrong: decision has to be "allow" or "deny"'],
  ['{"resaon": "x"}', command, 'its answer has no key "resaon"; did you mean "reason"?'],
  ['{"__proto__": 1}', command, 'its answer has no key "__proto__"'],
  ['{"env": {"A B": "1"}}', command, /^its answer is wrong: env has to be an object of texts/],
  ['{"env": {"A": 1}}', command, /^its answer is wrong: env has to be/],
  ['{"env": {"A": "\\u0000"}}', command, /^its answer is wrong: env has to be/],
  ['{"prompt": ""}', agent, 'its answer is wrong: prompt has to be a text'],
  ['{"prompt": "x"}', command, 'it answers with a prompt, and command has none'],
  ['{"env": {"A": "1"}}', notify, 'it answers with variables, and notify_only has none'],
])('is wrong: %s', (text, action, reason) => {
  expect(answered(text, action)).toEqual({
    kind: 'wrong',
    reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
  });
});
