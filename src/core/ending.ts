/** Decides who may be named as having ended an attempt. */

/** Who ended an attempt that did not end by itself. */
export type EndedBy = 'timeout' | 'deadline' | 'cancel' | 'drain' | 'replace' | 'budget' | 'crash';
