/** Decides what somebody sees who asks for one plugin: that one, or which there are. */
import type { PluginsView } from '../core/plugin.ts';
import { unknownPlugin } from '../core/unknown-plugin.ts';

/** What is to be seen of one, also of one that is gone and has left state; throws `not_found`. */
export function onlyPlugin(view: PluginsView, id: string | undefined): PluginsView {
  if (id === undefined) return view;
  const isIt = (one: { readonly id: string }): boolean => one.id === id;
  const only = { ...view, plugins: view.plugins.filter(isIt), dormant: view.dormant.filter(isIt) };
  if (only.plugins.length + only.dormant.length > 0) return only;
  const known = view.plugins.map((one) => one.id);
  throw unknownPlugin(id, known);
}
