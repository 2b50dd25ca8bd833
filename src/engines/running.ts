/** Decides which tool a result belongs to, in a stream that names the tool only where its use begins. */
import type { JsonValue } from '../core/json.ts';
import type { EngineEvent } from './contract.ts';
import { toolEnd, toolUse } from './events.ts';
import { nameOf, objectOf, textOf } from './fields.ts';
import { detailOf } from './line.ts';

type Field = JsonValue | undefined;

/** The tools in use of one run. */
export interface RunningTools {
  /** A tool begins. */
  begin(tool: { readonly id: Field; readonly name: Field; readonly input: Field }): EngineEvent;
  /** The tool of that id has ended. */
  end(id: Field, isError: boolean): EngineEvent;
}

/** No tool is in use. */
export function runningTools(): RunningTools {
  const names = new Map<string, string>();
  return {
    begin({ id, name, input }) {
      const event = toolUse(textOf(name), detailOf(objectOf(input)));
      const key = nameOf(id);
      if (key !== null) names.set(key, event.name);
      return event;
    },
    end(id, isError) {
      const key = nameOf(id) ?? '';
      const name = names.get(key) ?? null;
      names.delete(key);
      return toolEnd(name, isError);
    },
  };
}
