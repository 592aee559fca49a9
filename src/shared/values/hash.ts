/** Hashes of values: the same for equal values, whatever the order of their keys. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * Canonical JSON: keys sorted, so that equal values have equal text. By hand, as RFC 8785's libraries refuse what a record may hold (NaN,
 * half a surrogate pair in a model's text) and sort keys such as "10" otherwise: hashes of homes that exist would change.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** sha256 (hex) of a value's canonical JSON, or of a text as it is. */
export function hashOf(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(typeof value === 'string' ? value : canonicalJson(value))));
}
