/**
 * Prints rows as aligned columns for a terminal, control characters shown as "?" so that a name cannot drive the terminal.
 */

/** One column: its head and its text for a row. */
export interface PrintColumn<T> {
  readonly head: string;
  readonly text: (row: T) => string | number | null;
  readonly right?: boolean;
}

/** Rows as lines of text; "-" where there is nothing. */
export function printRows<T>(rows: readonly T[], columns: readonly PrintColumn<T>[]): string {
  const cells = [
    columns.map((column) => column.head),
    ...rows.map((row) => columns.map((column) => plain(column.text(row)))),
  ];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)));
  const pad = (text: string, i: number) => {
    const width = widths[i] ?? 0;
    return columns[i]?.right === true ? text.padStart(width) : text.padEnd(width);
  };
  return cells.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

/** A text without control characters. */
export function plain(value: string | number | null): string {
  return value === null || value === '' ? '-' : String(value).replace(/\p{Cc}|\p{Cf}/gu, '?');
}

/** 3725 -> "1:02:05". */
export function clock(seconds: number | null): string | null {
  if (seconds === null) return null;
  const whole = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A time as "2026-11-30 14:05" (local). */
export function moment(ms: number | null): string | null {
  if (ms === null) return null;
  const date = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 16).replace('T', ' ');
}
