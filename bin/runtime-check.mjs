/** Decides whether a Node is new enough, and what to do when it is not. Node 12 must be able to parse this file. */

const OLDEST = [24, 15];

/**
 * What to do on the Node of version `found` (as `process.versions.node` has it): `{kind: 'run'}`; or
 * `{kind: 'respawn', runtime}` on the newer Node that this checkout brought along, where there is one (`runtime` is its
 * path, else null); or `{kind: 'refuse', message}` with one sentence for the person.
 */
export function decideRuntime(found, runtime) {
  if (isNewEnough(found)) return { kind: 'run' };
  if (runtime !== null) return { kind: 'respawn', runtime };
  return {
    kind: 'refuse',
    message:
      'untether needs Node ' +
      OLDEST.join('.') +
      ' or newer and this is Node ' +
      found +
      ': ' +
      'run `npm install` in the checkout, which brings one, or get it from https://nodejs.org.',
  };
}

/** Which file is the program: a checkout runs its source, anything else the bundle it was published with. */
export function chooseProgram({ hasSource, hasBundle }) {
  return hasBundle && !hasSource ? '../dist/main.js' : '../src/cli/main.ts';
}

/** True when the words after the program's name start the service, whatever stands before the command. */
export function startsService(words) {
  let index = 0;
  while (index < words.length && words[index].startsWith('-')) {
    index += words[index] === '--config' || words[index] === '--state' ? 2 : 1;
  }
  return words[index] === 'run';
}

function isNewEnough(found) {
  const [major, minor] = found.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
