/** Holds the reading of what grammY throws to what it means. */
import { GrammyError, HttpError } from 'grammy';
import { describe, expect, test } from 'vitest';
import { failureOf, masked } from '../../src/telegram/failure.ts';

const TOKEN = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw-x';

function refusal(code: number, description: string, parameters = {}): GrammyError {
  return new GrammyError(
    'Call failed!',
    { ok: false, error_code: code, description, parameters },
    'sendMessage',
    {},
  );
}

/** What fetch throws, wrapped as grammY does. */
function lost(properties: object, message = 'it broke'): HttpError {
  const cause = Object.assign(new Error(message), properties);
  return new HttpError('Network request failed!', new TypeError('fetch failed', { cause }));
}

describe('what Telegram says no with', () => {
  test.each([
    [401, 'Unauthorized', { kind: 'unauthorized' }],
    [404, 'Not Found', { kind: 'unauthorized' }],
    [409, 'Conflict: terminated by other getUpdates request', { kind: 'conflict', with: 'poller' }],
    [
      409,
      "Conflict: can't use getUpdates method while webhook is active",
      { kind: 'conflict', with: 'webhook' },
    ],
    [429, 'Too Many Requests', { kind: 'too_many', retryAfterMs: 1_000 }],
    [500, 'Internal Server Error', { kind: 'server', isCertain: true }],
    [502, 'Bad Gateway', { kind: 'server', isCertain: false }],
    [400, 'Bad Request: message is not modified: specified new message content', { kind: 'not_modified' }],
    [400, 'Bad Request: message to edit not found', { kind: 'gone' }],
    [400, "Bad Request: message can't be edited", { kind: 'gone' }],
    [400, 'Bad Request: MESSAGE_ID_INVALID', { kind: 'gone' }],
    [400, 'Bad Request: there is no text in the message to edit', { kind: 'gone' }],
    [400, 'Bad Request: chat not found', { kind: 'refused' }],
    [400, 'Bad Request: message thread not found', { kind: 'refused' }],
    [403, 'Forbidden: bot was blocked by the user', { kind: 'refused' }],
    [413, 'Request Entity Too Large', { kind: 'refused' }],
  ])('%i %s', (code, description, expected) => {
    expect(failureOf(refusal(code, description))).toEqual({ ...expected, reason: description });
  });

  test('429 says for how long', () => {
    const failure = failureOf(refusal(429, 'Too Many Requests: retry after 7', { retry_after: 7 }));
    expect(failure).toMatchObject({ kind: 'too_many', retryAfterMs: 7_000 });
  });

  test('a group that became a supergroup: the reason holds its new id', () => {
    const upgraded = 'Bad Request: group chat was upgraded to a supergroup chat';
    const failure = failureOf(refusal(400, upgraded, { migrate_to_chat_id: -100123 }));
    expect(failure).toEqual({ kind: 'refused', reason: `${upgraded}; its id is now -100123` });
  });
});

describe('what the network does', () => {
  test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED'])(
    '%s: the request never arrived',
    (code) => {
      expect(failureOf(lost({ code }))).toMatchObject({ kind: 'network', isCertain: true });
    },
  );

  test('whatever happens while connecting is certain', () => {
    const error = lost({ code: 'ETIMEDOUT', syscall: 'connect' });
    expect(failureOf(error)).toMatchObject({ kind: 'network', isCertain: true });
  });

  test.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ETIMEDOUT', 'UND_ERR_HEADERS_TIMEOUT'])(
    '%s: it may have arrived',
    (code) => {
      expect(failureOf(lost({ code }))).toMatchObject({ kind: 'network', isCertain: false });
    },
  );

  test('several addresses tried: the last one speaks for all', () => {
    const each = Object.assign(new Error('connect ECONNREFUSED ::1:80'), {
      code: 'ECONNREFUSED',
      syscall: 'connect',
    });
    const cause = new AggregateError([each, each]);
    const error = new HttpError('Network request failed!', new TypeError('fetch failed', { cause }));
    expect(failureOf(error)).toEqual({
      kind: 'network',
      isCertain: true,
      reason: 'connect ECONNREFUSED ::1:80',
    });
  });

  test('the code is named once', () => {
    expect(failureOf(lost({ code: 'ECONNRESET' }, 'read ECONNRESET')).reason).toBe('read ECONNRESET');
    expect(failureOf(lost({ code: 'UND_ERR_SOCKET' }, 'other side closed')).reason).toBe(
      'other side closed (UND_ERR_SOCKET)',
    );
  });

  test('something that is no error has a reason too', () => {
    expect(failureOf('odd')).toEqual({ kind: 'network', isCertain: false, reason: 'odd' });
  });
});

describe('tokens', () => {
  test.each([
    `request to https://api.telegram.org/bot${TOKEN}/sendMessage failed`,
    `request to https://api.telegram.org/bot${TOKEN.replace(':', '%3A')}/sendMessage failed`,
  ])('are masked in %s', (text) => {
    expect(masked(text)).toBe('request to https://api.telegram.org/bot110201543:[secret]/sendMessage failed');
  });

  test('are in no failure', () => {
    const message = `getaddrinfo for http://x/bot${TOKEN}/getMe`;
    for (const thrown of [lost({ code: 'ENOTFOUND' }, message), refusal(400, message), message]) {
      expect(failureOf(thrown).reason).not.toContain('AAHdq');
    }
  });
});
