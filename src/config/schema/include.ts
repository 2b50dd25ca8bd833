/** Decides how further files are named in the main one. */
import * as z from 'zod';
import { isPattern } from '../include.ts';
import { text } from './key.ts';

/** `include`. */
export const includeList = z
  .array(
    text.refine(
      isPattern,
      'expected files of one folder, such as "triggers.d/*.toml": no * or ? in a folder',
    ),
    { error: 'expected a list of strings: ["triggers.d/*.toml"]' },
  )
  .default([]);
