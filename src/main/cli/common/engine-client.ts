/** The command line as a client of an engine that is already running on the home. */
import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import { type ErrorCode, SophiaError } from '../../../shared/errors.ts';
import { type KeyHost, UnconfirmedKey } from '../../../shared/settings/key-hosts.ts';
import type { AppRouter } from '../../api/router.ts';
import { readEngineFile } from '../../engine/engine-file.ts';

/** A client of the engine running on `home`, or null when none is. */
export function runningEngine(home: string) {
  const file = readEngineFile(home);
  if (file === null) return null;
  const link = httpLink({ url: `${file.url}/api`, headers: { Authorization: `Bearer ${file.token}` } });
  return createTRPCClient<AppRouter>({ links: [link] });
}

/** Waits for an answer; the engine's refusals become the command line's. */
export async function answerOf<T>(question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    const { sophia: code, keys } = (error.data ?? {}) as { sophia?: ErrorCode; keys?: readonly KeyHost[] };
    if (code === undefined)
      throw new SophiaError('conflict', 'The engine of this home does not answer.', 'Close it and try again.', {
        cause: error,
      });
    if (keys !== undefined) throw new UnconfirmedKey(keys);
    throw new SophiaError(code, error.message, undefined, { cause: error });
  }
}
