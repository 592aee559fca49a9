/**
 * EasyR1's console form: "Step 12", then that step's metrics as nested YAML, perhaps each line behind Ray's "(Runner pid=77) ". Other
 * processes' lines may stand between; the first other line of the same process ends a block.
 */
import { parse } from 'yaml';

interface Line {
  readonly line: number;
  readonly text: string;
}

/** Ray's name of the process that printed a line. */
const SOURCE = /^\([^()]*\bpid=\d+[^()]*\) ?/;
const STEP = /^Step (\d+)\s*$/;
/** A line of a block: a name that opens a level, or one with a number. */
const LEVEL_OR_NUMBER = /^(?: {2})*[^\s:{}]+:(?: +(?:[-+]?[\d.][\d._eE+-]*|[-+]?\.?(?:nan|inf)|true|false|null))?\s*$/i;
const LONGEST_BLOCK = 10_000;

/**
 * The lines of a log, each block of a step as one line of JSON, {"step": 12, "actor": {"pg_loss": 0.1}}, that carries the number of the
 * block's first line. All other lines come as they are. `tell` hears of blocks that cannot be read.
 */
export function* withStepBlocks(lines: Iterable<Line>, tell: (problem: string) => void): Generator<Line> {
  let block: {
    readonly first: number;
    readonly step: number;
    readonly source: string;
    readonly rows: string[];
  } | null = null;
  for (const given of lines) {
    const source = SOURCE.exec(given.text)?.[0] ?? '';
    const text = given.text.slice(source.length);
    const step = STEP.exec(text)?.[1];
    if (block !== null && source === block.source && step === undefined && LEVEL_OR_NUMBER.test(text)) {
      if (block.rows.length < LONGEST_BLOCK) block.rows.push(text);
      continue;
    }
    if (block !== null && (source === block.source || step !== undefined)) {
      yield* asJson(block, tell);
      block = null;
    }
    if (step === undefined) yield given;
    else block = { first: given.line, step: Number(step), source, rows: [] };
  }
  if (block !== null) yield* asJson(block, tell);
}

function* asJson(
  { first, step, rows }: { readonly first: number; readonly step: number; readonly rows: readonly string[] },
  tell: (problem: string) => void,
): Generator<Line> {
  if (rows.length === 0) return;
  let metrics: unknown;
  try {
    metrics = parse(rows.join('\n'));
  } catch {
    tell(`line ${first}: the metrics of step ${step} cannot be read`);
    return;
  }
  yield { line: first, text: JSON.stringify({ ...(metrics as object), step }) };
}
