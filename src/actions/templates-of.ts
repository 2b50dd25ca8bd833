/** Decides which templates the runs of a trigger render, by the keys under which the file holds them. */
import type { ActionSpec, FetchSpec, RunSpec, Template } from '../core/action.ts';

/** One of them; the key as a path in the trigger's table: `command[1]`, `forward_headers.X-Ref`. */
export interface KeyedTemplate {
  readonly key: string;
  readonly template: Template;
}

/** Those of the fetch first, then those of the action, as they are rendered. */
export function templatesOf({ fetch, action }: Pick<RunSpec, 'fetch' | 'action'>): readonly KeyedTemplate[] {
  return [...(fetch === undefined ? [] : ofFetch(fetch)), ...ofAction(action)];
}

function ofFetch({ url, path, headers, body }: FetchSpec): readonly KeyedTemplate[] {
  return [
    ...one('fetch.url', url),
    ...one('fetch.file_path', path),
    ...each('fetch.headers', headers),
    ...one('fetch.body', body),
  ];
}

function ofAction(action: ActionSpec): readonly KeyedTemplate[] {
  switch (action.kind) {
    case 'command':
      return [
        ...action.argv.map((template, index) => ({ key: `command[${index}]`, template })),
        ...each('env', action.env),
      ];
    case 'http_forward':
      return [
        ...one('forward_url', action.url),
        ...each('forward_headers', action.headers),
        ...one('forward_body', action.body),
      ];
    case 'file_write':
      return [...one('file_path', action.path), ...one('file_body', action.body)];
    case 'notify_only':
      return one('message_template', action.message);
    case 'plugin':
      return [];
    case 'agent_run':
      return one('prompt_template', action.promptTemplate);
  }
}

function one(key: string, template: Template | undefined): readonly KeyedTemplate[] {
  return template === undefined ? [] : [{ key, template }];
}

function each(key: string, table: Readonly<Record<string, Template>>): readonly KeyedTemplate[] {
  return Object.entries(table).map(([name, template]) => ({ key: `${key}.${name}`, template }));
}
