/** Decides what the service and the worker of a plugin say to each other. */
import type { MessagePort } from 'node:worker_threads';
import type { PluginPartKind } from '../core/plugin.ts';
import type { PluginObject, PluginValue } from './contract.ts';

/** What a worker's thread begins with; the port is ours alone, as a plugin may use the one that every worker has. */
export interface WorkerData {
  readonly port: MessagePort;
  readonly start: WorkerStart;
}

/** What a worker is started with. */
export interface WorkerStart {
  readonly id: string;
  /** Absolute path of the file that exports the plugin. */
  readonly entry: string;
  /** Absolute folder of the plugin's own files. */
  readonly root: string;
  readonly config: PluginObject;
}

/** A command as a plugin declares it; its name in lower case. */
export interface CommandShape {
  readonly name: string;
  /** The key it stands under in the plugin. */
  readonly key: string;
  /** Empty: it has no description. */
  readonly summary: string;
  readonly usage: readonly string[];
  readonly role: 'user' | 'operator' | 'admin';
}

/** A verifier as a plugin declares it. */
export interface VerifierShape {
  readonly name: string;
  /** Headers that prove who sent a delivery, in lower case. */
  readonly headers: readonly string[];
}

/** What a generation can do. */
export interface PluginShape {
  readonly description: string;
  readonly commands: readonly CommandShape[];
  readonly actions: readonly string[];
  readonly verifiers: readonly VerifierShape[];
  readonly filters: readonly string[];
}

/** What is called in a worker. */
export interface CallTarget {
  readonly kind: 'commands' | PluginPartKind;
  readonly key: string;
}

/** What a filter is given. */
export interface FilterArgument {
  readonly value: PluginValue;
  readonly args: readonly PluginValue[];
}

/** From the service. */
export type ToWorker =
  | { readonly kind: 'call'; readonly call: number; readonly target: CallTarget; readonly argument: unknown }
  | { readonly kind: 'abort'; readonly call: number }
  | { readonly kind: 'kept'; readonly ask: number; readonly answer: StateAnswer }
  | { readonly kind: 'end' };

/** What a plugin asks of its state. */
export type StateQuery =
  | { readonly kind: 'get'; readonly key: string }
  | { readonly kind: 'set'; readonly key: string; readonly value: PluginValue | undefined }
  | { readonly kind: 'keys' };

export type StateAnswer =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

/** How important a line of a plugin's log is. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** From the worker. */
export type FromWorker =
  | { readonly kind: 'ready'; readonly shape: PluginShape }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'returned'; readonly call: number; readonly value: unknown }
  | { readonly kind: 'threw'; readonly call: number; readonly reason: string }
  /** The call was told to end; whatever it still answers is too late. */
  | { readonly kind: 'heard'; readonly call: number }
  | { readonly kind: 'state'; readonly ask: number; readonly query: StateQuery }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly text: string }
  | { readonly kind: 'ended' };
