/**
 * Which host may have which key. A study file names a variable of the environment and an address, and may come from anybody; the value goes out
 * only to a host that the user has confirmed for that variable. Deliberately absent: where confirmed pairs are kept (store/settings/confirmed-keys.ts).
 */
import { z } from 'zod';
import { SophiaError } from '../errors.ts';
import { isBaseUrl, KEY_VARIABLE } from './base-url.ts';

/** A key, by the variable that holds it, and the origin of a server that may have it, such as https://api.openai.com. */
export const keyHostSchema = z.strictObject({
  variable: z.string().regex(KEY_VARIABLE, 'must be capitals, digits and _, such as OPENAI_API_KEY'),
  origin: z
    .string()
    .max(2000, 'is longer than 2000 characters')
    .refine(isBaseUrl, 'must be an http or https address without user name and password')
    .transform((address) => new URL(address).origin),
});
/** One such pair. */
export type KeyHost = z.output<typeof keyHostSchema>;

/**
 * Variable of a process's environment with the pairs that it may use, "OPENAI_API_KEY=https://api.openai.com", with spaces between. The engine
 * tells its runs; where there is no home (a packed run) the user sets it.
 */
export const KEY_HOSTS_VARIABLE = 'SOPHIA_KEY_HOSTS';

/** Whether two pairs are the same. */
export const isSamePair = (one: KeyHost, other: KeyHost): boolean =>
  one.variable === other.variable && one.origin === other.origin;

/** Pairs as that variable holds them. */
export const keyHostsText = (pairs: readonly KeyHost[]): string =>
  pairs.map(({ variable, origin }) => `${variable}=${origin}`).join(' ');

/** The pairs of that variable's text; what is no pair is none. */
export function readKeyHosts(text = ''): KeyHost[] {
  return text.split(/\s+/).flatMap((word) => {
    const at = word.indexOf('=');
    const found = keyHostSchema.safeParse({ variable: word.slice(0, Math.max(at, 0)), origin: word.slice(at + 1) });
    return found.success ? [found.data] : [];
  });
}

/** A key would go to a host that was not confirmed. Which, for whoever can ask the user. */
export class UnconfirmedKey extends SophiaError {
  readonly pairs: readonly KeyHost[];

  constructor(pairs: readonly KeyHost[]) {
    super('usage', pairs.map(said).join(' '), fix(pairs));
    this.name = 'UnconfirmedKey';
    this.pairs = pairs;
  }
}

const said = ({ variable, origin }: KeyHost) =>
  `The key in ${variable} would go to ${origin}, which was not confirmed.`;

function fix(pairs: readonly KeyHost[]): string {
  const strange = pairs.find(({ variable }) => !KEY_VARIABLE.test(variable));
  if (strange !== undefined)
    return `${JSON.stringify(strange.variable)} cannot be confirmed: put the key in a variable such as OPENAI_API_KEY.`;
  const commands = pairs.map(({ variable, origin }) => `bin/sophia key confirm ${variable} ${origin}`);
  return `If you trust it: ${commands.join(' and ')} (for a packed run: ${KEY_HOSTS_VARIABLE}="${keyHostsText(pairs)}").`;
}
