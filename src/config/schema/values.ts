/** Decides the shapes of values that several tables use. */
import * as z from 'zod';
import { text } from './key.ts';
import { textOrSecret } from './secret.ts';

/** Address ranges (CIDR), or single addresses; whether they are any is checked later. */
export const ranges = z.array(text, { error: 'expected a list of address ranges such as ["10.0.0.0/8"]' });

/** A table of headers or variables. */
export const valueTable = z.record(text, textOrSecret, { error: 'expected a table of strings' });

/** Names of headers; whether they are any is checked later. */
export const names = z.array(text, { error: 'expected a list of header names' });
