/** Decides how long a person waits for each page: asked of the running service, one with few rows and a full one in turns. */
import { MeasuredService } from '../service/service.ts';
import { bearerHookToml, cronToml, frameToml } from '../service/toml.ts';
import { CHAT, drawn, shares, SPAN_MS } from './shape.ts';
import { timed } from './writes.ts';

/** A page and what it took, ms. */
export interface PageTimes {
  readonly what: string;
  readonly smallMs: readonly number[];
  readonly fullMs: readonly number[];
}

/** How long the service took to serve, ms. */
export interface Asked {
  readonly pages: readonly PageTimes[];
  readonly smallReadyMs: number;
  readonly fullReadyMs: number;
}

const ASKED = 40;
const LIMIT = 20;

interface Page {
  readonly what: string;
  readonly method: string;
  readonly input: (random: () => number) => object;
}

const cronIds = shares.filter(({ kind }) => kind === 'cron').map(({ name }) => `cron:${name}`);
const busiest = cronIds[0]!;
const rarest = cronIds.at(-1)!;
const any = (random: () => number): string => cronIds[Math.floor(random() * cronIds.length)]!;
const past = (random: () => number): number => Math.round(Date.now() - random() * SPAN_MS);

const pages: readonly Page[] = [
  { what: 'runs', method: 'runs', input: () => ({ limit: LIMIT }) },
  { what: 'runs, 1,000 of them', method: 'runs', input: () => ({ limit: 1_000 }) },
  { what: 'runs --trigger, the busiest', method: 'runs', input: () => ({ trigger: busiest, limit: LIMIT }) },
  { what: 'runs --trigger, the rarest', method: 'runs', input: () => ({ trigger: rarest, limit: LIMIT }) },
  { what: 'runs --state failed', method: 'runs', input: () => ({ state: 'failed', limit: LIMIT }) },
  { what: 'runs --state cancelled', method: 'runs', input: () => ({ state: 'cancelled', limit: LIMIT }) },
  {
    what: 'runs --state failed --trigger',
    method: 'runs',
    input: (random) => ({ state: 'failed', trigger: any(random), limit: LIMIT }),
  },
  { what: 'runs of a chat', method: 'runs', input: () => ({ chat: CHAT, limit: LIMIT }) },
  { what: 'why, the last moment', method: 'why', input: (random) => ({ trigger: any(random) }) },
  {
    what: 'why, a moment of the past',
    method: 'why',
    input: (random) => ({ trigger: any(random), at: past(random) }),
  },
  { what: 'status', method: 'status', input: () => ({}) },
  { what: 'one trigger, its tally of 24 h', method: 'triggers', input: () => ({ trigger: busiest }) },
  { what: 'all triggers, their tallies', method: 'triggers', input: () => ({}) },
  { what: 'missed', method: 'missed', input: () => ({}) },
];

/** Asks both services every page. */
export async function pageTimes(files: { readonly small: string; readonly full: string }): Promise<Asked> {
  await using small = await MeasuredService.start({ toml: tomlOf(files.small) });
  await using full = await MeasuredService.start({ toml: tomlOf(files.full) });
  const times: PageTimes[] = [];
  for (const page of pages) times.push(await timesOf(page, { small, full }));
  return { pages: times, smallReadyMs: small.readyMs, fullReadyMs: full.readyMs };
}

async function timesOf(
  { what, method, input }: Page,
  { small, full }: { readonly small: MeasuredService; readonly full: MeasuredService },
): Promise<PageTimes> {
  const random = drawn(7);
  const [smallMs, fullMs]: [number[], number[]] = [[], []];
  for (let asked = 0; asked < ASKED; asked++) {
    const question = input(random);
    smallMs.push(await timed(() => small.control(method, question)));
    fullMs.push(await timed(() => full.control(method, question)));
  }
  return { what, smallMs, fullMs };
}

/** The triggers of the rows; nothing is due while they are asked about. */
function tomlOf(file: string): string {
  const triggers = shares.map(({ kind, name }) =>
    kind === 'cron' ? cronToml(name, { schedule: '0 0 1 1 *' }) : bearerHookToml(name, ['true']),
  );
  return `${frameToml(4)}\n[store]\nurl = ${JSON.stringify(file)}\n${triggers.join('')}`;
}
