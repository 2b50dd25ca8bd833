/** Decides how a yes or no is had from something that rejects for no. */

/** True when it comes to something. */
export function succeeds(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => true,
    () => false,
  );
}
