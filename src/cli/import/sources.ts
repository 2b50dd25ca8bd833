/** Decides whose files can be imported. */
import { basename } from 'node:path';
import type { Imported } from './piece.ts';

/** A file as it was found. */
export interface SourceFile {
  readonly text: string;
  /** As named on the command line; `-` is standard input. */
  readonly file: string;
  /** `--system`. */
  readonly isSystem: boolean;
  /** The text of a file in the same folder; undefined: there is none. */
  readonly beside: (name: string) => Promise<string | undefined>;
}

/** Reads such a file; throws `invalid_argument` for one that is something else. */
export type Importer = (file: SourceFile) => Promise<Imported>;

/** Loaded when asked for: each brings what its format needs. */
export const sources = {
  crontab: async ({ text, file, isSystem }) => {
    const { importCrontab } = await import('./crontab.ts');
    return importCrontab(text, {
      hasUsers: isSystem || /(?:^|\/)etc\/crontab$|(?:^|\/)cron\.d\//.test(file),
    });
  },
  systemd: async ({ text, file, beside }) => {
    const { importSystemd, serviceOf } = await import('./systemd.ts');
    const name = file === '-' ? undefined : basename(file);
    const service = /^\[Service\]/m.test(text) ? '' : await beside(serviceOf({ text, name }));
    return importSystemd({ text: `${text}\n${service ?? ''}`, name });
  },
  'adnanh-webhook': async ({ text }) => {
    const { importHooks } = await import('./adnanh-webhook.ts');
    return importHooks(text);
  },
  ofelia: async ({ text }) => {
    const { importOfelia } = await import('./ofelia.ts');
    return importOfelia(text);
  },
  'github-actions': async ({ text, file }) => {
    const { importWorkflow } = await import('./github-actions.ts');
    return importWorkflow({ text, name: file === '-' ? undefined : basename(file) });
  },
} as const satisfies Readonly<Record<string, Importer>>;

/** The name of a source. */
export type SourceName = keyof typeof sources;
