/** Decides whether this Node is new enough; imports nothing, so that an older one still reads it. */

const OLDEST_MAJOR = 24;
const OLDEST_MINOR = 15;

/** Undefined when Node `found` (as `process.versions.node` has it) runs the program; else the sentence to show. */
export function refuseOldNode(found: string): string | undefined {
  const [major = 0, minor = 0] = found.split('.').map(Number);
  if (major > OLDEST_MAJOR || (major === OLDEST_MAJOR && minor >= OLDEST_MINOR)) return undefined;
  return (
    `untether needs Node ${OLDEST_MAJOR}.${OLDEST_MINOR} or newer and this is Node ${found}: ` +
    'run `npm install` in the checkout, which brings one, or get it from https://nodejs.org.'
  );
}
