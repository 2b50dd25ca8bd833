/** The ledger's contract as tests: one suite that every store passes. */
import { describe } from 'vitest';
import { admissionSuite } from './ledger/admission.ts';
import type { StoreKind } from './ledger/bench.ts';
import { burstSuite } from './ledger/bursts.ts';
import { chatSuite } from './ledger/chat.ts';
import { deadLetterSuite } from './ledger/dead.ts';
import { deliverySuite } from './ledger/deliveries.ts';
import { durabilitySuite } from './ledger/durability.ts';
import { executionSuite } from './ledger/execution.ts';
import { heldSuite } from './ledger/held.ts';
import { outboxSuite } from './ledger/outbox.ts';
import { reportSuite } from './ledger/reports.ts';
import { serviceSuite } from './ledger/service.ts';
import { tallySuite } from './ledger/tally.ts';
import { triggerSuite } from './ledger/triggers.ts';
import { usageSuite } from './ledger/usage.ts';
import { viewSuite } from './ledger/views.ts';

/** Declares every test of the port for one kind of store; `isDurable` adds those of a store that outlives its process. */
export function ledgerConformance(kind: StoreKind, { isDurable }: { readonly isDurable: boolean }): void {
  describe(`a ledger in ${kind.name}`, () => {
    describe('admits', () => admissionSuite(kind));
    describe('coalesces', () => burstSuite(kind));
    describe('holds back and misses', () => heldSuite(kind));
    describe('executes', () => executionSuite(kind));
    describe('shows and forgets', () => viewSuite(kind));
    describe('knows dead letters, which', () => deadLetterSuite(kind));
    describe('counts due moments', () => tallySuite(kind));
    describe('remembers deliveries', () => deliverySuite(kind));
    describe('remembers triggers', () => triggerSuite(kind));
    describe('remembers the service', () => serviceSuite(kind));
    describe('hears chats', () => chatSuite(kind));
    describe('answers chats', () => outboxSuite(kind));
    describe('accounts for agents', () => usageSuite(kind));
    describe('owes reports', () => reportSuite(kind));
    if (isDurable) describe('outlives its process', () => durabilitySuite(kind));
  });
}
