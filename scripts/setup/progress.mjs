/** One line per part on stderr, so that a verb's own output on stdout stays clean. */

/** Starts a part's line; the returned function ends it with the outcome and the seconds it took. */
export function part(name) {
  const begin = Date.now();
  process.stderr.write(`set-up: ${name} ... `);
  return (outcome = 'done') => {
    const seconds = (Date.now() - begin) / 1000;
    process.stderr.write(`${outcome}${seconds >= 0.5 ? ` (${seconds.toFixed(seconds < 10 ? 1 : 0)} s)` : ''}\n`);
  };
}

/** A line of its own. */
export function note(text) {
  process.stderr.write(`set-up: ${text}\n`);
}
