import { describe, expect, it } from 'vitest';
import { boundOf, isServed, withheld } from '../../src/server/bound.ts';
import { sampleWebhook } from '../triggers/samples.ts';
import { snapshotOf } from './harness.ts';

const open = sampleWebhook('open', { auth: { kind: 'none' } });
const closed = sampleWebhook('closed');
const local = boundOf('localhost', '127.0.0.1', 80);
const everywhere = boundOf('0.0.0.0', '0.0.0.0', 80);

describe('boundOf', () => {
  it('shows where to go, IPv6 in brackets', () => {
    expect(local.url).toBe('http://127.0.0.1:80');
    expect(boundOf('::1', '::1', 8080).url).toBe('http://[::1]:8080');
  });
});

describe('a webhook without verification', () => {
  const settings = snapshotOf([]).server;

  it('is served on loopback, or where the file allows it, and nowhere else', () => {
    expect(isServed(open, local, settings)).toBe(true);
    expect(isServed(open, everywhere, settings)).toBe(false);
    expect(isServed(open, everywhere, { ...settings, allowUnauthenticated: true })).toBe(true);
    expect(isServed(closed, everywhere, settings)).toBe(true);
  });

  it('is named as withheld, so that it can be told', () => {
    expect(withheld(snapshotOf([open, closed]), everywhere)).toEqual([open]);
    expect(withheld(snapshotOf([open, closed]), local)).toEqual([]);
  });
});
