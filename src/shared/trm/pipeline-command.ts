/** A step of the TRM's pipeline with its values, as the command line that does it: checked, so that no value is read as an option. */
import { SophiaError } from '../errors.ts';
import { NAME, NAME_HOLDS } from '../study/study.ts';
import { fieldsFor, TRM_STEPS, type TrmStepName } from './pipeline-steps.ts';
import type { StepField } from './step-fields.ts';

/** Values of a step's fields by name; what is not given, or empty, stands at its default. */
export type StepValues = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** The arguments of `sophia`: ["trm", "collect", "--seed=0", "--", "NAME"]. @throws SophiaError 'usage' naming field, value and what is allowed. */
export function commandOf(step: TrmStepName, values: StepValues): string[] {
  const fields = fieldsFor(step, values.annotator);
  const stranger = Object.keys(values).find((name) => fields.every((field) => field.name !== name));
  if (stranger !== undefined)
    throw new SophiaError('usage', `${TRM_STEPS[step].title} has no field "${stranger}" here.`);
  const options: string[] = [];
  const operands: string[] = [];
  for (const field of fields) {
    const value = values[field.name] ?? '';
    if (value === '' || value === false || (Array.isArray(value) && value.length === 0)) {
      if (field.positional || field.isNeeded) throw new SophiaError('usage', `${field.title} is missing.`);
    } else if (field.positional) operands.push(textOf(field, value));
    else options.push(`--${field.name}${field.kind === 'flag' ? '' : `=${textOf(field, value)}`}`);
  }
  return ['trm', step, ...options, '--', ...operands];
}

function textOf(field: StepField, value: StepValues[string]): string {
  if (field.kind === 'integer' || field.kind === 'number') return numberOf(field, value);
  if (field.kind === 'lines') {
    if (typeof value === 'string') return value;
    throw notAllowed(field, value, 'a text');
  }
  const parts = field.kind === 'list' && typeof value === 'string' ? value.split(',') : value;
  const words = (Array.isArray(parts) ? parts : [parts]).map((part) => (typeof part === 'string' ? part.trim() : ''));
  if (words.some((word) => word === '' || word.includes('\n'))) throw notAllowed(field, value, 'a text');
  const { choices } = field;
  if (choices !== undefined && words.some((word) => !choices.includes(word)))
    throw notAllowed(field, value, `of ${choices.join(', ')}`);
  if (field.kind === 'name' && !words.every((word) => NAME.test(word))) throw notAllowed(field, value, NAME_HOLDS);
  return words.join(',');
}

function numberOf(field: StepField, value: StepValues[string]): string {
  const { kind, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = field;
  const read = typeof value === 'string' ? Number(value.trim() || Number.NaN) : Number(value);
  const isOne = kind === 'integer' ? Number.isSafeInteger(read) : Number.isFinite(read);
  if (isOne && read >= min && read <= max) return String(read);
  const range = `${Number.isFinite(min) ? ` from ${min}` : ''}${Number.isFinite(max) ? ` to ${max}` : ''}`;
  throw notAllowed(field, value, `a ${kind === 'integer' ? 'whole ' : ''}number${range}`);
}

function notAllowed(field: StepField, value: unknown, allowed: string): SophiaError {
  return new SophiaError('usage', `${field.title} = ${JSON.stringify(value)} is not allowed: ${allowed}.`);
}
