/** What tests of servers from PyPI share: a port of their own, and the wait until the server answers. */
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';

/** A port of this machine that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Waits until `url` answers well; rejects with the server's last words where it ends before. `name` is what it is called then. */
export async function answers(name: string, url: string, child: ChildProcess, said: () => string): Promise<void> {
  while (child.exitCode === null) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error(`${name} ended: ${said().slice(-500)}`);
}
