/** Holds the answers to providers' questions to what each documents, and to answering nothing else. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { Secret } from '../../src/core/secret.ts';
import type { DeliveryHead } from '../../src/core/trigger.ts';
import { handshakesOf } from '../../src/triggers/handshakes.ts';
import type { HandshakeName } from '../../src/triggers/handshakes.ts';

function head(method: string, url: string, headers: DeliveryHead['headers'] = {}): DeliveryHead {
  return { method, url, headers, receivedAt: 0 };
}

describe('after verification', () => {
  const answer = (name: HandshakeName, parsed: JsonObject, headers: DeliveryHead['headers'] = {}) =>
    handshakesOf(name, undefined).handshake?.(head('POST', '/x', headers), parsed);
  const callback = { 'twitch-eventsub-message-type': 'webhook_callback_verification' };

  it.each<[HandshakeName, JsonObject, DeliveryHead['headers'], string]>([
    ['slack', { type: 'url_verification', challenge: '3eZbrw1a' }, {}, '3eZbrw1a'],
    ['twitch', { challenge: 'pogchamp-kappa-360noscope' }, callback, 'pogchamp-kappa-360noscope'],
    ['discord', { id: '1', type: 1, token: 't' }, {}, '{"type":1}'],
    ['github', {}, { 'x-github-event': 'ping' }, '{"status":"pong"}'],
  ])('%s is answered', (...[name, parsed, headers, body]) => {
    expect(answer(name, parsed, headers)).toMatchObject({ status: 200, body });
  });

  it('a PING of Discord’s webhook events is answered without a body', () => {
    expect(answer('discord', { version: 1, type: 0 })).toMatchObject({ status: 204, body: '' });
  });

  it('the end of a Twitch subscription is answered without a body, and is no event of it', () => {
    const headers = {
      'twitch-eventsub-message-type': 'revocation',
      'twitch-eventsub-subscription-type': 'stream.online',
    };
    expect(answer('twitch', { subscription: {} }, headers)).toMatchObject({ status: 204, body: '' });
    const event = { ...headers, 'twitch-eventsub-message-type': 'notification' };
    expect(answer('twitch', { subscription: {}, event: {} }, event)).toBeUndefined();
  });

  it.each<[HandshakeName, JsonObject, DeliveryHead['headers']]>([
    ['slack', { type: 'event_callback', challenge: 'x' }, {}],
    ['slack', { type: 'url_verification' }, {}],
    ['slack', { type: 'url_verification', challenge: { a: 1 } }, {}],
    ['slack', { type: 'url_verification', challenge: 'x'.repeat(2_049) }, {}],
    ['twitch', { challenge: 'x' }, {}],
    ['twitch', { challenge: 1 }, callback],
    ['discord', { version: 1, type: 1, event: { type: 'ENTITLEMENT_CREATE' } }, {}],
    ['discord', { id: '1', type: 2 }, {}],
    ['github', { ping: true }, { 'x-github-event': 'push' }],
  ])('%s: %j is an ordinary delivery', (name, parsed, headers) => {
    expect(answer(name, parsed, headers)).toBeUndefined();
  });
});

describe('before it', () => {
  const meta = handshakesOf('meta', new Secret('tok en')).earlyHandshake;
  const graph = handshakesOf('microsoft-graph', undefined).earlyHandshake;
  const asked = '/x?hub.mode=subscribe&hub.challenge=115&hub.verify_token=';

  it('Meta hears its challenge for the token, and nothing for another', () => {
    expect(meta?.(head('GET', `${asked}tok+en`))).toMatchObject({ status: 200, body: '115' });
    for (const token of ['tok', 'token', '', 'tok+en&hub.verify_token=tok+en'])
      expect(meta?.(head('GET', asked + token))).toBe('unauthorized');
  });

  it('Microsoft Graph hears its token, decoded, as plain text', () => {
    expect(graph?.(head('POST', '/x?validationToken=Validation%3A+a%3Cb%3E'))).toEqual({
      status: 200,
      contentType: 'text/plain; charset=utf-8',
      body: 'Validation: a<b>',
    });
  });

  it.each([
    [meta, 'POST', `${asked}tok+en`],
    [meta, 'GET', '/x'],
    [meta, 'GET', '/x?hub.mode=unsubscribe&hub.verify_token=tok+en&hub.challenge=1'],
    [graph, 'GET', '/x?validationToken=a'],
    [graph, 'POST', '/x?validationToken='],
    [graph, 'POST', `/x?validationToken=${'a'.repeat(2_049)}`],
    [graph, 'POST', '/x?other=1'],
  ])('no other request is one: %# %s %s', (early, method, url) => {
    expect(early?.(head(method, url))).toBeUndefined();
  });

  it('Meta is not answered where there is no token to ask with', () => {
    expect(handshakesOf('meta', undefined)).toEqual({});
  });
});
