/** Decides which folder may import which: only its own, and those of a lower rank. */
import type { Import } from './imports.ts';
import { folderOf, targetOf } from './tree.ts';

/** A folder's rank and why it stands there. */
export interface Rank {
  readonly rank: number;
  readonly reason: string;
}

/** The ranks by folder of `src`, and the folders whose feature has not arrived yet. */
export interface RankTable {
  readonly ranks: Readonly<Record<string, Rank>>;
  readonly planned: Readonly<Record<string, string>>;
}

/** The program's own table. Two folders of one rank that need each other meet in a port of `core`. */
export const rankTable: RankTable = {
  ranks: {
    core: { rank: 0, reason: 'domain types, ports and pure rules: touches nothing' },
    triggers: { rank: 1, reason: 'what a trigger is and what it accepts: pure' },
    scheduler: { rank: 1, reason: 'when things are due: pure but for the clock port' },
    runs: { rank: 1, reason: 'how a run goes from admission to outcome, over the ports of core' },
    ledger: { rank: 1, reason: 'databases, behind the ledger port' },
    launcher: { rank: 1, reason: 'child processes' },
    engines: { rank: 1, reason: 'what each coding agent takes and says: pure' },
    chat: { rank: 1, reason: 'commands and wording, for any chat: pure' },
    files: { rank: 1, reason: 'where files may be, for actions and uploads alike' },
    net: { rank: 1, reason: 'outbound connections and where they may go' },
    telemetry: { rank: 1, reason: 'what is logged, counted and traced' },
    plugins: { rank: 1, reason: 'code of others, in workers' },
    dashboard: { rank: 1, reason: 'pages as text: pure' },
    config: { rank: 2, reason: 'compiles triggers and schedules out of a file' },
    actions: { rank: 2, reason: 'what runs do, by way of net, launcher and engines' },
    server: { rank: 2, reason: 'HTTP in front of triggers and dashboard' },
    telegram: { rank: 2, reason: 'one chat service behind chat' },
    service: { rank: 3, reason: 'wires everything and owns its life' },
    cli: { rank: 4, reason: 'the program as a person sees it' },
  },
  planned: {
    dashboard: 'arrives with its own feature',
  },
};

/** The imports that go up or sideways, or from or to a place without a rank. */
export function brokenRanks({ ranks }: RankTable, imports: readonly Import[]): readonly string[] {
  return imports.flatMap((one) => {
    const target = targetOf(one);
    if (target === undefined || !target.startsWith('src/')) return [];
    const [here, there] = [folderOf(one.from), folderOf(target)];
    const [mine, theirs] = [ranks[here ?? ''], ranks[there ?? '']];
    if (mine === undefined || theirs === undefined) return [`${where(one)}: one of the two has no rank`];
    if (here === there || theirs.rank < mine.rank) return [];
    return [
      `${where(one)}: ${here} (rank ${mine.rank}: ${mine.reason}) may not import ${there} ` +
        `(rank ${theirs.rank}: ${theirs.reason}); only lower ranks, or a port in core`,
    ];
  });
}

/** Where the table and the folders on disk disagree: a folder without a rank, a rank or a plan without its reason to be. */
export function staleRanks({ ranks, planned }: RankTable, folders: readonly string[]): readonly string[] {
  return [
    ...folders.filter((folder) => !(folder in ranks)).map((folder) => `src/${folder} has no rank`),
    ...folders
      .filter((folder) => folder in planned)
      .map((folder) => `src/${folder} is here: no longer planned`),
    ...Object.keys(ranks)
      .filter((folder) => !folders.includes(folder) && !(folder in planned))
      .map((folder) => `there is no src/${folder}: take it out of the ranks`),
  ];
}

function where({ from, line, specifier }: Import): string {
  return `${from}:${line} imports ${specifier}`;
}
