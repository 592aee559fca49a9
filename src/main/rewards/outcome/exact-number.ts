/**
 * Numbers in which "is it zero?" has one answer: exact fractions, and reals of 80 digits for roots, pi and logarithms. A decimal
 * carries its double too, because the grader this follows (sympy) calculates decimals in doubles: 0.1 + 0.2 is not 0.3.
 * Null means: not a real number, or too large to bother. Deliberately absent: complex numbers.
 */

/** An exact fraction n / d (d > 0), with its double where decimals took part. */
export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
  readonly double: number | null;
}
/** A real in units of 10^-80. */
export interface Real {
  readonly scaled: bigint;
}
export type ExactNumber = Fraction | Real;

const DIGITS = 80;
const SCALE = 10n ** BigInt(DIGITS);
const NEARLY_ZERO = 10n ** BigInt(DIGITS - 60);
const MAX_BITS = 20_000;
const PI: Real = {
  scaled: BigInt('314159265358979323846264338327950288419716939937510582097494459230781640628620899'),
};

export const PI_NUMBER: ExactNumber = PI;

/** A whole number. */
export function integer(n: bigint): ExactNumber {
  return { n, d: 1n, double: null };
}

/** A literal such as 12, 0.50 or 1e-3; decimals of up to 15 digits also carry their double. */
export function literal(text: string): ExactNumber | null {
  const [mantissa, exponent = '0'] = text.split('e') as [string, string?];
  const [whole, decimals = ''] = mantissa.split('.') as [string, string?];
  const power = Number(exponent) - decimals.length;
  if (Math.abs(power) > 1000) return null;
  const digits = BigInt(`${whole}${decimals}` || '0');
  const isDecimal = /[.e]/.test(text) && `${whole}${decimals}`.replace(/^0+/, '').length <= 15;
  const exact = power >= 0 ? { n: digits * 10n ** BigInt(power), d: 1n } : reduce(digits, 10n ** BigInt(-power));
  return { ...exact, double: isDecimal ? Number(text) : null };
}

export function add(a: ExactNumber, b: ExactNumber): ExactNumber {
  if (isReal(a) || isReal(b)) return { scaled: toReal(a) + toReal(b) };
  return { ...reduce(a.n * b.d + b.n * a.d, a.d * b.d), double: both(a, b, (x, y) => x + y) };
}

export function negate(a: ExactNumber): ExactNumber {
  if (isReal(a)) return { scaled: -a.scaled };
  return { n: -a.n, d: a.d, double: a.double === null ? null : -a.double };
}

export function multiply(a: ExactNumber, b: ExactNumber): ExactNumber {
  if (isReal(a) || isReal(b)) return { scaled: (toReal(a) * toReal(b)) / SCALE };
  return { ...reduce(a.n * b.n, a.d * b.d), double: both(a, b, (x, y) => x * y) };
}

export function divide(a: ExactNumber, b: ExactNumber): ExactNumber | null {
  if (isZero(b)) return null;
  if (isReal(a) || isReal(b)) return { scaled: (toReal(a) * SCALE) / toReal(b) };
  return { ...reduce(a.n * b.d, a.d * b.n), double: doubleQuotient(a, b) };
}

/** a to the power b; b must be a fraction, and a not negative where b is no whole number. */
export function power(a: ExactNumber, b: ExactNumber): ExactNumber | null {
  if (isReal(b)) return null;
  if (b.d === 1n) return integerPower(a, b);
  if (!isReal(a) && (a.double !== null || b.double !== null)) return decimalPower(a, b);
  if (b.d > 64n || toReal(a) < 0n) return null;
  const root = nthRoot(a, b.d);
  return root === null ? null : integerPower(root, { n: b.n, d: 1n, double: null });
}

/** The natural logarithm of a positive number: ln a = 2 atanh((a - 1) / (a + 1)) after halving a into [1, 2). */
export function logarithm(a: ExactNumber): ExactNumber | null {
  let scaled = toReal(a);
  if (scaled <= 0n || scaled > SCALE ** 4n) return null;
  if (scaled === SCALE) return integer(0n);
  let halvings = 0n;
  for (; scaled >= 2n * SCALE; halvings++) scaled /= 2n;
  for (; scaled < SCALE; halvings--) scaled *= 2n;
  return { scaled: atanhSeries(scaled) + halvings * atanhSeries(2n * SCALE) };
}

/** n! for whole n from 0 to 200. */
export function factorial(a: ExactNumber): ExactNumber | null {
  if (isReal(a) || a.d !== 1n || a.n < 0n || a.n > 200n) return null;
  let product = 1n;
  for (let i = 2n; i <= a.n; i++) product *= i;
  return integer(product);
}

/** Exactly zero for fractions, zero in doubles where decimals took part, below 10^-60 for reals. */
export function isZero(a: ExactNumber): boolean {
  if (isReal(a)) return a.scaled < NEARLY_ZERO && a.scaled > -NEARLY_ZERO;
  return a.double === null ? a.n === 0n : a.double === 0;
}

/** True while the number is small enough to go on with. */
export function isManageable(a: ExactNumber): boolean {
  return isReal(a) ? bits(a.scaled) < MAX_BITS : bits(a.n) + bits(a.d) < MAX_BITS;
}

function isReal(a: ExactNumber): a is Real {
  return 'scaled' in a;
}

function toReal(a: ExactNumber): bigint {
  return isReal(a) ? a.scaled : (a.n * SCALE) / a.d;
}

function reduce(n: bigint, d: bigint): { n: bigint; d: bigint } {
  let [a, b] = [n < 0n ? -n : n, d < 0n ? -d : d];
  while (b !== 0n) [a, b] = [b, a % b];
  const divisor = d < 0n ? -a : a;
  return divisor === 0n ? { n: 0n, d: 1n } : { n: n / divisor, d: d / divisor };
}

function both(a: Fraction, b: Fraction, operation: (x: number, y: number) => number): number | null {
  if (a.double === null && b.double === null) return null;
  return operation(toDouble(a), toDouble(b));
}

/** A fraction over a decimal is multiplied by the decimal's inverse, as sympy does: 5 / 3.0 is not 5 / 3. */
function doubleQuotient(a: Fraction, b: Fraction): number | null {
  return both(a, b, (x, y) => (a.double === null ? x * (1 / y) : x / y));
}

function toDouble(a: Fraction): number {
  return a.double ?? Number(a.n) / Number(a.d);
}

function integerPower(a: ExactNumber, b: Fraction): ExactNumber | null {
  const exponent = b.n < 0n ? -b.n : b.n;
  const size = isReal(a) ? 1 : bits(a.n) + bits(a.d);
  if (exponent > 1000n || size * Number(exponent) > MAX_BITS) return null;
  let result = integer(1n);
  for (let i = 0n; i < exponent; i++) result = multiply(result, a);
  if (!isReal(result) && !isReal(a) && b.double !== null && result.double === null) {
    result = { ...result, double: toDouble(result) };
  }
  return b.n < 0n ? divide(integer(1n), result) : result;
}

function decimalPower(a: Fraction, b: Fraction): ExactNumber | null {
  const value = toDouble(a) ** toDouble(b);
  return Number.isFinite(value) && Math.abs(value) < 1e200 ? literal(value.toString().replace('+', '')) : null;
}

/** The q-th root: exact where it is a fraction, else to 80 digits. */
function nthRoot(a: ExactNumber, q: bigint): ExactNumber | null {
  if (!isReal(a)) {
    const [n, d] = [integerRoot(a.n, q), integerRoot(a.d, q)];
    if (n ** q === a.n && d ** q === a.d) return { n, d, double: a.double === null ? null : Number(n) / Number(d) };
  }
  return { scaled: integerRoot(toReal(a) * SCALE ** (q - 1n), q) };
}

/** The whole part of the q-th root of a, a >= 0, by Newton's method. */
function integerRoot(a: bigint, q: bigint): bigint {
  if (a < 2n) return a;
  let x = 1n << BigInt(Math.ceil(bits(a) / Number(q)) + 1);
  for (;;) {
    const next = ((q - 1n) * x + a / x ** (q - 1n)) / q;
    if (next >= x) return x;
    x = next;
  }
}

function atanhSeries(scaled: bigint): bigint {
  const t = ((scaled - SCALE) * SCALE) / (scaled + SCALE);
  const square = (t * t) / SCALE;
  let term = t;
  let sum = 0n;
  for (let k = 1n; term !== 0n; k += 2n) {
    sum += term / k;
    term = (term * square) / SCALE;
  }
  return 2n * sum;
}

function bits(a: bigint): number {
  return a.toString(16).length * 4;
}
