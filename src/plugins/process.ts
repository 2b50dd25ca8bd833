/**
 * The inside of the process in which all plugins live, each generation in a thread of its own: it starts and ends the
 * threads, and passes on what is said.
 *
 * V8 ends the whole process where one step of a thread asks for far more memory than is left to it: then it is this one
 * that ends, and not the service.
 */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { placedReason } from './place.ts';
import type { FromWorker, WorkerData } from './protocol.ts';
import type { FromProcess, ThreadStart, ToProcess } from './relay.ts';

/** What every plugin has beside the heap that it may fill. */
const RESOURCES = { maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };

/** Serves until the service lets go of the process, or is dead. */
function serve(): void {
  const threads = new Map<number, Thread>();
  process.on('message', (message: ToProcess) => {
    const { thread } = message;
    if (message.kind === 'start') {
      const gone = (): void => void threads.delete(thread);
      threads.set(thread, begin(thread, message.start, gone));
    } else {
      // What has ended meanwhile has said so.
      const known = threads.get(thread);
      if (known !== undefined) obey(message, known);
    }
  });
  process.on('disconnect', () => {
    process.exit();
  });
}

interface Thread {
  readonly worker: Worker;
  readonly port: MessagePort;
}

function begin(thread: number, { env, memoryMb, ...start }: ThreadStart, gone: () => void): Thread {
  const { port1: port, port2 } = new MessageChannel();
  const workerData: WorkerData = { port: port2, start };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    ...{ workerData, transferList: [port2] },
    ...{ env, execArgv: [], stdout: true, stderr: true },
    name: `plugin ${start.id}`,
    resourceLimits: { ...RESOURCES, maxOldGenerationSizeMb: memoryMb },
  });
  const hear = (message: FromWorker): void => {
    say({ thread, kind: 'said', message });
  };
  port.on('message', hear);
  worker.on('error', (error) => {
    const reason = placedReason(error, { root: start.root, read: [] });
    say({ thread, kind: 'failed', failure: { isOutOfMemory: isOutOfMemory(error), reason } });
  });
  worker.on('exit', (code) => {
    gone();
    // What it said last may not have been heard yet.
    for (let last = receiveMessageOnPort(port); last; last = receiveMessageOnPort(port))
      hear(last.message as FromWorker);
    port.close();
    say({ thread, kind: 'exited', code });
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    worker[stream].setEncoding('utf8').on('data', (text: string) => {
      say({ thread, kind: 'printed', stream, text });
    });
  }
  return { worker, port };
}

function obey(message: Exclude<ToProcess, { kind: 'start' }>, { worker, port }: Thread): void {
  switch (message.kind) {
    case 'say':
      port.postMessage(message.message);
      return;
    case 'work':
      say({
        thread: message.thread,
        kind: 'worked',
        ms: worker.performance.eventLoopUtilization().active,
      });
      return;
    case 'terminate':
      void worker.terminate();
  }
}

function say(message: FromProcess): void {
  process.send?.(message);
}

/** Node, errors: `ERR_WORKER_OUT_OF_MEMORY`. */
function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

serve();
