/** Holds where the name of a trigger ends in what somebody writes about it. */
import { expect, test } from 'vitest';
import { triggerId } from '../../../src/core/ids.ts';
import { splitTrigger } from '../../../src/service/control/named.ts';
import { sampleCron, sampleSnapshot } from '../../support/samples.ts';
import { sampleWebhook } from '../../triggers/samples.ts';

const webhooks = ['push', 'twice two'].map((name) => {
  const id = triggerId('webhook', name);
  return [id, { ...sampleWebhook(name), id }] as const;
});
const crons = ['daily', 'daily review', 'a  b', 'twice two'].map((name) => sampleCron(name));
const snapshot = sampleSnapshot(crons, { webhooks: new Map(webhooks) });

test.for([
  ['daily', 'daily', ''],
  ['daily 2h', 'daily', '2h'],
  ['daily review', 'daily review', ''],
  ['daily review 2h', 'daily review', '2h'],
  ['cron:daily review\n2h', 'cron:daily review', '2h'],
  ['a  b 2h', 'a  b', '2h'],
  ['push {"ref": "main",\n "n": 1}', 'push', '{"ref": "main",\n "n": 1}'],
  ['twice two 2h', 'twice two', '2h'],
  ['nobody knows it', 'nobody', 'knows it'],
  ['', '', ''],
] as const)('%j is about %j, and says %j', ([text, trigger, rest]) => {
  expect(splitTrigger(text, snapshot)).toEqual({ trigger, rest });
});
