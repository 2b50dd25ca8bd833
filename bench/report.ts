/** Decides how a process that measures one thing ends: it says what it found and leaves. */

/** Hands the report to whoever started this process, and lets go once it is on its way. */
export function report(found: object): void {
  process.send?.(found, () => process.disconnect?.());
}
