/** Numbers and times as the page prints them. One place, so that they look the same everywhere. */
import type { Load } from '../../shared/run/run-events.ts';

const WHOLE = new Intl.NumberFormat('en'); // made once: toLocaleString makes one for each number

/** What is left of a difference of equal means: nothing that is measured here is so small. */
const ROUNDING = 1e-15;

/** Three significant digits or so; a dash where there is nothing; a remainder of rounding is 0. */
export function number(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined) return '–';
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size < ROUNDING) return '0';
  if (size < 1e-3 || size >= 1e6) return minus(value.toExponential(2));
  if (Number.isInteger(value)) return minus(WHOLE.format(value));
  if (size >= 1000) return minus(WHOLE.format(Math.round(value)));
  return minus(size >= 100 ? value.toFixed(1) : value.toFixed(digits));
}

const minus = (text: string): string => text.replaceAll('-', '−');

/** A mean with what lies on both sides of it, both to the same digit: "0.471 ± 0.031", "−3.21e−5 ± 0.40e−5"; alone where there is no spread. */
export function plusMinus(mean: number, half: number | null, digits = 3): string {
  if (half === null) return number(mean, digits);
  const size = Math.abs(mean);
  if (size >= ROUNDING && (size < 10 ** -digits || size >= 1e6)) {
    const power = Math.floor(Math.log10(size));
    const scaled = (value: number) => `${(value / 10 ** power).toFixed(2)}e${power}`;
    return minus(`${scaled(mean)} ± ${scaled(half)}`);
  }
  const decimals = size >= 100 ? Math.min(1, digits) : digits;
  return `${fixed(mean, decimals)} ± ${fixed(half, decimals)}`;
}

/** Always the same number of decimals, for columns; no minus before a zero. */
export function fixed(value: number | null | undefined, digits = 3): string {
  return value === null || value === undefined ? '–' : minus(value.toFixed(digits).replace(/^-(0\.?0*)$/, '$1'));
}

/** 0.7134 -> "71.3". */
export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? '–' : (share * 100).toFixed(1);
}

/** 0.05 -> "+5.0"; zero has no sign. */
export function signedPercent(share: number): string {
  const text = (share * 100).toFixed(1).replace(/^-(?=0\.0$)/, '');
  return Number(text) > 0 ? `+${text}` : text.replace('-', '−');
}

/** A text of the engine with typographic minus signs, of numbers and between symbols: "mu_c - mu_w", "-1.2"; a number keeps its percent sign on its line. */
export function withMinus(text: string): string {
  return text
    .replaceAll(' - ', ' − ')
    .replace(/(^|[\s([])-(?=[\d.])/g, '$1−')
    .replace(/(\d) %/g, '$1\u00a0%');
}

/** 0.0123 -> "+0.012"; zero has no sign. */
export function signedFixed(value: number, digits = 3): string {
  const text = fixed(value, digits);
  return Number(text) > 0 ? `+${text}` : text;
}

/** 95 -> "1 min 35 s". */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '–';
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

/** A time that is not known to the second: 0.2 -> "under 1 s", 47 -> "45 s", 1559 -> "26 min", 5400 -> "1 h 30 min". */
export function roughly(seconds: number): string {
  if (seconds < 1) return 'under 1 s';
  if (seconds < 12) return duration(seconds);
  if (seconds < 90) return `${5 * Math.round(seconds / 5)} s`;
  if (seconds < 3570) return `${Math.round(seconds / 60)} min`;
  return duration(60 * Math.round(seconds / 60));
}

/** "just now", "5 min ago", "yesterday 14:02", "3 Nov 2026". */
export function ago(at: number | null, now = Date.now()): string {
  if (at === null) return '–';
  const seconds = (now - at) / 1000;
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 12 * 3600) return `${Math.floor(seconds / 3600)} h ago`;
  return moment(at);
}

/** Date and time of day. */
export function moment(at: number | null): string {
  if (at === null) return '–';
  return new Date(at).toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
}

/** 1536 -> "1.5 KiB". */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(count) / 10));
  return `${(count / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** What a phase took of the machine, to be put behind it: ": 12 s, 1.8 cores busy, 5.1 GiB free"; nothing where it was not measured. */
export function describeLoad(load: Load | undefined): string {
  if (load === undefined) return '';
  const cores = load.cpuCores === null ? '' : `, ${load.cpuCores.toFixed(1)} cores busy`;
  return `: ${duration(load.seconds)}${cores}, ${bytes(load.freeMiB * 2 ** 20)} free`;
}

/** "1 run", "3 runs". */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;
}

/** The value of a setting: a list with commas between. */
export function settingText(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** Symbols as papers print them, by how the schema writes them. */
const SYMBOLS: Readonly<Record<string, string>> = {
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  eps: 'ε',
  mu: 'μ',
  'R^t': 'Rᵗ',
};

/** "R^t" -> "Rᵗ"; what has no sign of its own stays. */
export function symbolText(symbol: string): string {
  return SYMBOLS[symbol] ?? symbol;
}
