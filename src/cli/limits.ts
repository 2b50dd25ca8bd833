/** Decides how much may be asked for at once. */

/** The largest `-n`, so that a slip does not fill a terminal or a disk. */
export const MAX_COUNT = 100_000;

/** The most rows that the service answers with at once. */
export const MAX_ROWS = 1_000;
