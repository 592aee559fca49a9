/** What is said of a cluster that does not answer, or not as Ray's Jobs API: one line each, with its fix. */
import { SophiaError } from '../../../shared/errors.ts';
import type { Cluster } from '../../../shared/settings/cluster.ts';

/** A cluster does not answer, or not now: to be asked again. Other refusals are final. */
export class Away extends SophiaError {}

/** An answer that is refused. */
interface Refused {
  readonly status: number;
  readonly text: string;
  readonly path: string;
  readonly location: string; // where a redirection leads
}

const HEAD = 'Give the address of the Ray dashboard itself, such as http://HEAD:8265, or of a tunnel to it.';

/** What answers is no Ray. */
export function noRay({ name, address }: Cluster, path: string, what: string): SophiaError {
  const text = `Cluster ${name}: ${address}${path} answers with ${what}, not as Ray's Jobs API.`;
  return new SophiaError('environment', text, HEAD);
}

/** No answer came. */
export function unanswered({ name, address }: Cluster, error: NodeJS.ErrnoException): Away {
  const [why, fix] = reasonOf(error);
  return new Away('environment', `Cluster ${name} does not answer at ${address} (${why}).`, fix, { cause: error });
}

function reasonOf({ code = '', message }: NodeJS.ErrnoException): [why: string, fix: string] {
  if (code === 'EPROTO' || code.startsWith('ERR_SSL'))
    return ['it does not speak https there', 'Give its address with http://, or that of a proxy that does.'];
  if (CERTIFICATE.test(code))
    return [
      `its certificate is not trusted: ${message.split(';', 1)[0]}`,
      'Name the file of its authority in NODE_EXTRA_CA_CERTS and start again, or reach its head through a tunnel (ssh -L).',
    ];
  if (code === 'ECONNRESET')
    return [message, 'Is its head running, and the address or tunnel right? It may want https:// in place of http://.'];
  return [message.replace(/\s+/g, ' ').slice(0, 200), 'Is its head running, and the address or tunnel right?'];
}

const CERTIFICATE = /CERT|UNABLE_TO_VERIFY|SELF_SIGNED|CA_/;

/** Another status than those that are expected. */
export function refusal(cluster: Cluster, { status, text, path, location }: Refused): SophiaError {
  const { name, tokenVariable } = cluster;
  const place = tokenVariable === '' ? 'Name the variable of its token: `sophia cluster add --token-env NAME`.' : '';
  const told = (line: string, fix: string) => new SophiaError('environment', `Cluster ${name} ${line}`, fix);
  if (status === 401)
    return told('wants a token (401).', place || `Set ${tokenVariable} to it, or give it in Settings.`);
  if (status === 403) return told('refuses the token (403).', place || `Give the right one in ${tokenVariable}.`);
  if (status === 405)
    return told(
      "refuses the request as a browser's (405).",
      'Something on the way adds a browser’s headers: give the address of the head itself, or a tunnel to it.',
    );
  if (status === 404) return noRay(cluster, path, 'nothing (404)');
  if (status === 407) return told('lies behind a proxy that wants a log-in (407).', HEAD);
  if (status === 413) return told('takes no package of this size (413).', 'Use `sophia study pack`.');
  if (status >= 300 && status < 400)
    return noRay(
      cluster,
      path,
      `a redirection (${status}) to ${location.slice(0, 200) || 'nowhere'}, as a log-in would`,
    );
  const line = `Cluster ${name} answers ${status} to ${path}: ${lastLine(text)}.`;
  if (status === 429) return new Away('environment', line, 'It is asked too often: others may ask it too.');
  if (status >= 500) return new Away('environment', line, 'If it stays so, the log of its dashboard says why.');
  return new SophiaError('environment', line, HEAD);
}

/** The last line of a text that says anything. */
export function lastLine(text: string): string {
  const line = text
    .split(/\\n|\n/)
    .map((part) => part.trim())
    .findLast((part) => /\w/.test(part));
  return (line ?? 'nothing').slice(0, 300).replace(/\.$/, '');
}
