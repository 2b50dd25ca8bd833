/** Decides how a command is given a payload. */
import type { FlagSpec } from '../command-spec.ts';

/** Where it is. */
export const dataFlag: FlagSpec = {
  name: 'data',
  kind: 'text',
  value: 'FILE',
  summary: 'the payload; - reads standard input',
};

/** What it is. */
export const typeFlag: FlagSpec = {
  name: 'type',
  kind: 'text',
  value: 'TYPE',
  summary: 'the content type, else told from the bytes',
};
