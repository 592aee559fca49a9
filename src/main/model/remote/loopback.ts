/**
 * A proxy of the environment (HTTP_PROXY with NODE_USE_ENV_PROXY) is not asked for this machine: it would find another machine there, and be given
 * the engine's token.
 */

const LOOPBACK = ['localhost', '127.0.0.1', '::1', '[::1]'];
const PROXIES = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];

/** Adds this machine to what this process, and those that it starts, ask without a proxy; where none is set nothing is changed. */
export function askLoopbackDirectly(environment: NodeJS.ProcessEnv = process.env): void {
  if (PROXIES.every((name) => !environment[name])) return;
  const said = environment.no_proxy ?? environment.NO_PROXY ?? '';
  if (said.trim() === '*') return;
  const known = said.split(/[\s,]+/).filter((host) => host !== '');
  const all = [...known, ...LOOPBACK.filter((host) => !known.includes(host))].join(',');
  environment.NO_PROXY = all;
  environment.no_proxy = all; // read first where both are set
}
