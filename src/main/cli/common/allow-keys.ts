/** Keys that a verb's own process may send, and to which hosts: what the home allows, and what the user's environment says. */
import { KEY_HOSTS_VARIABLE, keyHostsText, readKeyHosts } from '../../../shared/settings/key-hosts.ts';
import { allowedKeys } from '../../store/settings/confirmed-keys.ts';

/** Lets this process read keys for the hosts that the home allows (rewards/thinking/endpoint-key.ts). */
export function allowKeys(home: string): void {
  const pairs = [...readKeyHosts(process.env[KEY_HOSTS_VARIABLE]), ...allowedKeys(home)];
  process.env[KEY_HOSTS_VARIABLE] = keyHostsText(pairs);
}
