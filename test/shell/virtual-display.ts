/** A display for windows that nobody looks at: Xvfb, where the machine has it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';

/** Starts Xvfb on a free display; null where it is not installed. */
export async function virtualDisplay(): Promise<{ display: string; end(): void } | null> {
  try {
    execFileSync('Xvfb', ['-help'], { stdio: 'ignore' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  }
  // Xvfb chooses the number and writes it to the given descriptor.
  const child: ChildProcess = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1400x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise<string>((resolve, reject) => {
    child.stdio[3]!.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once('error', reject);
    child.once('exit', () => reject(new Error('Xvfb ended')));
  });
  return { display: `:${number}`, end: () => void child.kill() };
}
