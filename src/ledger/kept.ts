/** Decides how much of the service's own past a store keeps. */

/** Configurations that were live. */
export const KEPT_REVISIONS = 10;

/** Lives of the service; enough to see a restart loop, bounded so that one cannot fill the store. */
export const KEPT_BOOTS = 200;
