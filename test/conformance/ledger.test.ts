/** Every store of ours keeps the ledger's contract. */
import { ledgerConformance } from './ledger.ts';
import { memoryKind, sqliteKind } from './ledger/kinds.ts';

ledgerConformance(memoryKind, { isDurable: false });
ledgerConformance(sqliteKind, { isDurable: true });
