/** What a form holds, checked by its schema: what is wrong is said in the words of the form's own labels. */
import type { z } from 'zod';
import { firstOf } from '../../../shared/values/list.ts';

/** The draft as its schema reads it; throws one sentence that begins with the label of the first field that is wrong. */
export function checkedDraft<S extends z.ZodType>(
  schema: S,
  draft: unknown,
  labels: Readonly<Record<string, string>>,
): z.infer<S> {
  const found = schema.safeParse(draft);
  if (found.success) return found.data;
  const { path, message } = firstOf(found.error.issues, 'failed check');
  throw new Error(`${labels[String(path[0])]} ${message.charAt(0).toLowerCase()}${message.slice(1)}.`);
}
