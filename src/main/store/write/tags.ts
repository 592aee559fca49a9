/** Tags of studies and runs as a column holds them. */
import { SophiaError } from '../../../shared/errors.ts';
import { hasOrders } from '../../../shared/text/plain-text.ts';

/** Tags as JSON, each once. Throws `usage` for a control character. */
export function tagsColumn(tags: readonly string[]): string {
  if (tags.some(hasOrders)) throw new SophiaError('usage', 'A tag holds no control characters.');
  return JSON.stringify([...new Set(tags)]);
}
