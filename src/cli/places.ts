/** Decides which configuration file and which state folder a command line means. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { locateConfig, locateState } from '../config/locate.ts';
import type { Located } from '../config/locate.ts';

/** What the command line and its surroundings say. */
export interface PlaceFacts {
  /** `--config`. */
  readonly config: string | undefined;
  /** `--state`. */
  readonly state: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** Where things are; asked only by commands that need to know. */
export class Places {
  readonly #facts: PlaceFacts;

  constructor(facts: PlaceFacts) {
    this.#facts = facts;
  }

  /** The configuration file; it may not exist. */
  config(): Located {
    const { config, env, cwd } = this.#facts;
    return locateConfig({ flag: config, env, cwd, home: homedir(), exists: existsSync });
  }

  /** Absolute path of the state folder; it may not exist. */
  stateDir(): string {
    const { state, env, cwd } = this.#facts;
    return locateState({ flag: state, env, cwd, home: homedir(), configFile: this.config().file });
  }
}
