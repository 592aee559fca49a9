/**
 * Sends one notice by one hook and says in words how that went. What the other side answers is not read: it could be of any length. A hook
 * that hangs is given up after its time. Deliberately absent: trying again (notifier.ts).
 */
import { spawn } from 'node:child_process';
import type { Notice, NoticeHook } from '../../../shared/app/notices.ts';

/** How it went; `isWorthAnother`: it surely did not arrive, and may the next time. */
export interface Sent {
  readonly works: boolean;
  readonly says: string;
  readonly isWorthAnother: boolean;
}

/** What sending needs beside hook and notice. */
export interface SendOptions {
  /** The hook's secret; null: it has none, or none is set. */
  readonly secret: string | null;
  /** Variables that a command must not see: keys of endpoints and clusters. */
  readonly hidden?: ReadonlySet<string>;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;

/** Sends it. Never throws. */
export async function sendNotice(hook: NoticeHook, notice: Notice, options: SendOptions): Promise<Sent> {
  if (hook.secretVariable !== '' && options.secret === null && hook.way !== 'command')
    return failed(`its secret ${hook.secretVariable} is not set`, false);
  return hook.way === 'command' ? run(hook, notice, options) : post(hook, notice, options);
}

const failed = (says: string, isWorthAnother: boolean): Sent => ({ works: false, says, isWorthAnother });
const SENT: Sent = { works: true, says: 'sent', isWorthAnother: false };

async function post(hook: NoticeHook, notice: Notice, { secret, timeoutMs = TIMEOUT_MS }: SendOptions): Promise<Sent> {
  const isSlack = hook.way === 'slack';
  const url = isSlack && hook.secretVariable !== '' ? (secret ?? '') : hook.target;
  const body = isSlack ? { text: `*${slackText(notice.title)}*\n${slackText(notice.text)}` } : notice;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(!isSlack && secret !== null && { Authorization: `Bearer ${secret}` }),
      },
      body: JSON.stringify(body),
      redirect: 'error', // a secret goes to the address it was given for
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    if (response.ok) return SENT;
    return failed(`the server answered ${response.status}`, response.status === 429 || response.status >= 500);
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') return failed(`no answer within ${timeoutMs / 1000} s`, false);
    const { code = '' } = ((error as Error).cause ?? {}) as { code?: string };
    return code === ''
      ? failed('its address is not valid, or it redirects elsewhere', false)
      : failed(`the server cannot be reached (${code})`, true);
  }
}

/** Slack reads these three as its own marks. */
const slackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function run(hook: NoticeHook, notice: Notice, { secret, hidden, timeoutMs = TIMEOUT_MS }: SendOptions): Promise<Sent> {
  const own = Object.entries(process.env).filter(([name]) => hidden?.has(name) !== true);
  const env = {
    ...Object.fromEntries(own),
    ...(hook.secretVariable !== '' && secret !== null && { [hook.secretVariable]: secret }),
    SOPHIA_EVENT: notice.event,
    SOPHIA_TITLE: notice.title,
    SOPHIA_TEXT: notice.text,
    SOPHIA_PATH: notice.path,
  };
  return new Promise((resolve) => {
    const isGroup = process.platform !== 'win32'; // so that what the shell started ends with it
    const child = spawn(hook.target, { shell: true, env, detached: isGroup, stdio: ['pipe', 'ignore', 'pipe'] });
    let complaint = '';
    const end = (sent: Sent) => {
      clearTimeout(timer);
      resolve(sent);
    };
    const timer = setTimeout(() => {
      try {
        if (isGroup && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {} // it has just ended
      child.stderr.destroy();
      end(failed(`the command did not end within ${timeoutMs / 1000} s and was stopped`, false));
    }, timeoutMs);
    child.stderr.on('data', (piece: Buffer) => {
      complaint = (complaint + piece.toString()).slice(0, 200);
    });
    child.stdin.on('error', () => {}); // it does not read its input
    child.on('error', (error) => end(failed(`the command cannot be run (${error.message})`, false)));
    child.on('exit', (code, signal) => {
      const why = complaint.trim().split('\n')[0] ?? '';
      end(code === 0 ? SENT : failed(`the command ended with ${code ?? signal}${why === '' ? '' : `: ${why}`}`, false));
    });
    child.stdin.end(JSON.stringify(notice));
  });
}
