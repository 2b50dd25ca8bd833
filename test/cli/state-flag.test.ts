/** Holds `--state` to its two meanings for `runs`: the state of runs, or the state folder. */
import { describe, expect, test } from 'vitest';
import { readStateFlags } from '../../src/cli/state-flag.ts';

const noFolders = (): boolean => false;
const anyFolder = (): boolean => true;

describe('one --state', () => {
  test('that is the name of a state selects runs, even where a folder has that name', () => {
    expect(readStateFlags(['failed'], anyFolder)).toEqual({ folder: undefined, runState: 'failed' });
  });

  test('with a separator is a folder, there or not', () => {
    expect(readStateFlags(['./failed'], noFolders)).toEqual({ folder: './failed', runState: undefined });
  });

  test('that is a word is a folder where there is one', () => {
    expect(readStateFlags(['state'], anyFolder)).toEqual({ folder: 'state', runState: undefined });
  });

  test('that is neither is refused and the states are listed', () => {
    expect(() => readStateFlags(['faild'], noFolders)).toThrow(
      /--state faild is neither a folder nor one of scheduled, .*failed/,
    );
  });
});

test('both meanings go together, in any order', () => {
  const both = { folder: '/var/lib/untether', runState: 'missed' };
  expect(readStateFlags(['missed', '/var/lib/untether'], noFolders)).toEqual(both);
  expect(readStateFlags(['/var/lib/untether', 'missed'], noFolders)).toEqual(both);
});

test('none is neither', () => {
  expect(readStateFlags([], noFolders)).toEqual({ folder: undefined, runState: undefined });
});

test.each([[['failed', 'missed']], [['/a', '/b']]])('two of one meaning, %j, are refused', (values) => {
  expect(() => readStateFlags(values, noFolders)).toThrow(/names two/);
});
