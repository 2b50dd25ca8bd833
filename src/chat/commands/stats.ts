/** `/stats`: what agents did and cost, by engine. */
import { dayStart } from '../../core/day.ts';
import { formatDuration } from '../../core/duration.ts';
import type { UsageTotals } from '../../core/usage-ledger.ts';
import { formatCost } from '../render/footer.ts';
import type { ChatCommand } from '../command.ts';
import { distance } from '../times.ts';
import { usageError } from '../wording.ts';
import { counted } from '../words.ts';

const DAY_MS = 86_400_000;
const SPANS = { today: 'Today', week: 'This week', all: 'All time' } as const;

/** Days begin on the chat's clock. */
export const stats: ChatCommand = {
  name: 'stats',
  role: 'user',
  usage: ['today|week|all'],
  summary: 'runs, time and cost of agents, by engine',
  examples: [{ line: '/stats week', does: 'sums the last seven days' }],
  async handle(asking, { control, clock }) {
    const span = asking.text === '' ? 'today' : asking.text.toLowerCase();
    if (span !== 'today' && span !== 'week' && span !== 'all')
      throw usageError(`"${asking.text}" is no span of time`, ['/stats today|week|all']);
    const now = clock.now();
    const today = dayStart(asking.profile.zone, now);
    // A day may have 23 or 25 hours: that one is met in the middle of it.
    const week = dayStart(asking.profile.zone, today - 5.5 * DAY_MS);
    const since = { today, week, all: 0 }[span];
    const totals = await control.stats({ since });
    const lines = totals.map((one) => engineLine(one, now));
    const sum = totals.length > 1 ? [`total: ${factsOf(sumOf(totals))}`] : [];
    const body = lines.length === 0 ? ['no agent has run'] : [...lines, ...sum];
    return { text: [`📊 ${SPANS[span]}`, ...body].join('\n') };
  },
};

type Sum = Pick<UsageTotals, 'runs' | 'triggered' | 'durationMs' | 'costUsd'>;

function engineLine(totals: UsageTotals, now: number): string {
  return `${totals.engine}: ${factsOf(totals)}, last ${distance(totals.lastAt, now)}`;
}

function factsOf({ runs, triggered, durationMs, costUsd }: Sum): string {
  const cost = costUsd === null ? '' : `, ${formatCost(costUsd)}`;
  return `${counted(runs, 'run')} (${triggered} triggered, ${runs - triggered} manual), ${formatDuration(durationMs)}${cost}`;
}

function sumOf(totals: readonly UsageTotals[]): Sum {
  return totals.reduce<Sum>(
    (sum, one) => ({
      runs: sum.runs + one.runs,
      triggered: sum.triggered + one.triggered,
      durationMs: sum.durationMs + one.durationMs,
      costUsd: one.costUsd === null ? sum.costUsd : (sum.costUsd ?? 0) + one.costUsd,
    }),
    { runs: 0, triggered: 0, durationMs: 0, costUsd: null },
  );
}
