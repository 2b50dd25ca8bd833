/** Decides how text is written that must not be read as a template. */
import { hasTemplate } from '../../triggers/template.ts';

/** The template that renders to `text` as it is. */
export function literal(text: string): string {
  return hasTemplate(text) ? text.replaceAll(/\{(?=[{%])/g, '{{ "{" }}') : text;
}
