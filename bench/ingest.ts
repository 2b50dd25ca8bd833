/** Decides how fast deliveries are taken in: 202s for each second of the server's CPU, beside bare servers in the same run. */
import { fork, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { AppError } from '../src/core/errors.ts';
import type { LoadReport, LoadRequest } from './ingest/load-process.ts';
import { servers } from './ingest/servers.ts';
import type { ServerName } from './ingest/servers.ts';

/** One measured value; `ratio` is against the row named `baseline`. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline?: string;
  readonly ratio?: number;
}

export const name = 'ingest: 1 KB JSON, HMAC-SHA256, 64 connections, no store';

const BASELINE: ServerName = 'bare Hono + HMAC';
const WARM_UP_SECONDS = 2;
const ROUND_SECONDS = 1;
// The servers take turns in short rounds: on a shared machine noise comes in seconds, and meets all of them alike.
const ROUNDS = 5;
const SERVER_CORE = 0;
const LOAD_CORE = 1;

/** Measures every server; about half a minute. Rejects when a server answers anything but 2xx. */
export async function run(): Promise<readonly Row[]> {
  const names = Object.keys(servers) as ServerName[];
  const load = pinned(LOAD_CORE, './ingest/load-process.ts', []);
  const measured = names.map((server) => new MeasuredServer(server, load));
  try {
    for (const server of measured) await server.warmUp();
    for (let round = 0; round < ROUNDS; round++) {
      for (const server of measured) await server.measure();
    }
    const baseline = measured.find(({ name }) => name === BASELINE);
    return measured.map((server) => server.row(baseline ?? server));
  } finally {
    load.kill();
    for (const server of measured) server.stop();
  }
}

/** One server process and what it reached in each round. */
class MeasuredServer {
  readonly name: ServerName;
  readonly #process: ChildProcess;
  readonly #load: ChildProcess;
  readonly #started: Promise<{ readonly port: number }>;
  readonly #rates: number[] = [];

  constructor(server: ServerName, load: ChildProcess) {
    this.name = server;
    this.#process = pinned(SERVER_CORE, './ingest/server-process.ts', [server]);
    this.#started = nextMessage(this.#process);
    this.#load = load;
  }

  async warmUp(): Promise<void> {
    await this.#send(WARM_UP_SECONDS);
  }

  async measure(): Promise<void> {
    const beforeMs = await this.#cpuMs();
    const accepted = await this.#send(ROUND_SECONDS);
    this.#rates.push((accepted * 1_000) / ((await this.#cpuMs()) - beforeMs));
  }

  row(baseline: MeasuredServer): Row {
    const ratios = this.#rates.map((rate, round) => rate / (baseline.#rates[round] ?? rate));
    return {
      what: this.name,
      value: Math.round(median(this.#rates)),
      unit: '202/CPU-s',
      baseline: baseline.name,
      ratio: median(ratios),
    };
  }

  stop(): void {
    this.#process.kill();
  }

  async #send(seconds: number): Promise<number> {
    const { port } = await this.#started;
    const request: LoadRequest = { port, seconds };
    const { accepted, others } = await ask<LoadReport>(this.#load, request);
    if (others > 0)
      throw new AppError('internal', `${this.name} answered ${others} requests with something else`);
    return accepted;
  }

  async #cpuMs(): Promise<number> {
    return (await ask<{ readonly cpuMs: number }>(this.#process, {})).cpuMs;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function ask<T>(child: ChildProcess, question: object): Promise<T> {
  const answer = nextMessage<T>(child);
  child.send(question);
  return answer;
}

async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T];
  return message;
}

/** Starts a script on one core where `taskset` is there, else wherever the system likes. */
function pinned(core: number, script: string, args: readonly string[]): ChildProcess {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), args);
  if (child.pid !== undefined)
    spawnSync('taskset', ['-a', '-p', '-c', String(core), String(child.pid)], { stdio: 'ignore' });
  return child;
}
