/** Runs a program to its end and returns what it said; never throws for a failing or absent program. */
import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/**
 * Runs `command` and resolves to { ok, code, out, err, problem }; `problem` is one line, the likeliest reason of a failure.
 * Options: cwd, env (added to ours), timeout in ms.
 */
export function run(command, args, { cwd, env, timeout } = {}) {
  return new Promise((resolve) => {
    // Windows starts npm.cmd only through its shell.
    const shell = process.platform === 'win32' && command.endsWith('.cmd');
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell,
    });
    let out = '';
    let err = '';
    let timedOut = false;
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (err += data));
    const timer = timeout && setTimeout(() => (timedOut = child.kill('SIGKILL')), timeout);
    const finish = (code, problem) => {
      clearTimeout(timer);
      resolve({ ok: code === 0, code, out, err, problem });
    };
    child.on('error', (error) => finish(-1, error.code === 'ENOENT' ? `${command} was not found` : error.message));
    child.on('close', (code, signal) => {
      if (code === 0) return finish(0);
      if (timedOut) return finish(-1, `took longer than ${timeout / 1000} s`);
      finish(code ?? -1, problemLine(`${out}\n${err}`) ?? `ended with ${signal ?? `code ${code}`}`);
    });
  });
}

/** The most telling line of a failed program's output (npm's, pip's, a compiler's, Vite's): the first that says error, else the last. */
function problemLine(text) {
  const lines = stripVTControlCharacters(text)
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) =>
        line !== '' && !/^(warning|at |errors?:? \[|npm error (code|errno|syscall|path|type)\b)|[:{]$/i.test(line),
    );
  const telling = lines.find((line) => /error|fatal|no space|cannot|could not|not found|denied/i.test(line));
  const line = telling ?? lines.at(-1);
  return line
    ?.replace(/^(npm error|error:) */i, '')
    .replace(/ \(from versions: .*/, '')
    .slice(0, 240);
}
