/** Decides how several templates of one spec are rendered: all of them, or the first reason why not. */
import type { RunValues } from './values.ts';

/** All of them rendered, under the same names, or why one could not be. */
export type RenderedAll =
  | { readonly ok: true; readonly texts: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly reason: string };

/** Renders every value of a table; the reason names the entry. `what` says what the entries are ("header"). */
export async function renderAll(
  what: string,
  table: Readonly<Record<string, string>>,
  values: RunValues,
): Promise<RenderedAll> {
  const texts: Record<string, string> = {};
  for (const [name, template] of Object.entries(table)) {
    const rendered = await values.render(template);
    if (!rendered.ok) return { ok: false, reason: `${what} ${name}: ${rendered.reason}` };
    texts[name] = rendered.text;
  }
  return { ok: true, texts };
}
