/** The key that an endpoint is asked with: from the environment, and only where that host may have it (shared/settings/key-hosts.ts). */
import { originOf } from '../../../shared/settings/home-settings.ts';
import { isSamePair, KEY_HOSTS_VARIABLE, readKeyHosts, UnconfirmedKey } from '../../../shared/settings/key-hosts.ts';

/** Which key, by its variable, and where it would go. */
export interface KeyUse {
  readonly apiKeyEnv: string;
  readonly baseUrl: string;
}

/**
 * The key, or null where the variable is empty or not set. What may go where is in SOPHIA_KEY_HOSTS of the same environment, which the engine fills
 * from what the user has confirmed. @throws UnconfirmedKey where the key is there and its host is not among those
 */
export function endpointKey(
  { apiKeyEnv: variable, baseUrl }: KeyUse,
  environment: NodeJS.ProcessEnv = process.env,
): string | null {
  const key = variable === '' ? undefined : environment[variable]?.trim();
  const origin = originOf(baseUrl);
  if (!key || origin === null) return null; // an address that is none is told where it is asked
  const use = { variable, origin };
  if (!readKeyHosts(environment[KEY_HOSTS_VARIABLE]).some((pair) => isSamePair(pair, use)))
    throw new UnconfirmedKey([use]);
  return key;
}
