/** Decides what the compilation of a trigger may know beyond its own keys. */
import { resolve } from 'node:path';
import type { EngineSpec } from '../core/action.ts';
import { parseDuration } from '../core/duration.ts';
import type { Secret } from '../core/secret.ts';
import type { ProjectSpec } from '../core/snapshot.ts';
import type { ScheduleTables } from '../scheduler/schedule.ts';
import type { ReadExpression } from '../triggers/filter/compile.ts';
import type { Templates } from '../triggers/template.ts';
import type { AudienceWorld } from './compile-audience.ts';
import { withHome } from './locate.ts';
import type { Environment } from './locate.ts';
import type { Problem } from './problem.ts';
import type { HasProgram } from './programs.ts';
import type { SecretSource } from './schema/secret.ts';

/** Folders that paths in the file are relative to; all absolute. */
export interface Folders {
  /** Of the configuration file. */
  readonly config: string;
  readonly state: string;
  readonly home: string;
}

/** The rest of the configuration, and the world it is read in. */
export interface CompileContext {
  readonly nowMs: number;
  readonly folders: Folders;
  readonly env: Environment;
  /** Zone of crons that name none. */
  readonly zone: string;
  readonly projects: ReadonlyMap<string, ProjectSpec>;
  readonly engines: ReadonlyMap<string, EngineSpec>;
  readonly defaultEngine: string;
  readonly chat: AudienceWorld;
  readonly server: { readonly rateLimit: number; readonly maxBodyBytes: number };
  /** Names in `[secrets]`. */
  readonly secretNames: ReadonlySet<string>;
  readonly secretOf: (source: SecretSource) => Secret | undefined;
  /** Checks the operator's templates while the file is loaded, and renders the keys of bursts later. */
  readonly templates: Templates;
  /** Undefined: no webhook has a filter. */
  readonly readExpression: ReadExpression | undefined;
  readonly hasProgram: HasProgram;
  readonly schedules: ScheduleTables;
}

/** The result of a compilation: problems, with paths from the trigger's own table, and the value unless one is an error. */
export interface Compiled<T> {
  readonly value: T | undefined;
  readonly problems: readonly Problem[];
  /** Secrets that the value refers to by these names. */
  readonly secrets: ReadonlyArray<readonly [name: string, secret: Secret]>;
}

/** Milliseconds of a duration that the schema has checked. */
export function msOf(duration: string): number {
  return parseDuration(duration) ?? 0;
}

/** `path` from the folder of the configuration file, `~` included. */
export function fromConfig(folders: Pick<Folders, 'config' | 'home'>, path: string): string {
  return resolve(folders.config, withHome(path, folders.home));
}

/** True when one of the problems refuses the file. */
export function hasFault(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}
