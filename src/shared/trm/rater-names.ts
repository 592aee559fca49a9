/**
 * Raters as `trm validate` and `trm score` name them, read by the forms of the table of thinking rewards: "my-trm", "step:tiny-vl-prm",
 * "endpoint:MODEL@URL", "rubric". Deliberately absent: loading them (cli/trm/raters.ts).
 */
import { SophiaError } from '../errors.ts';
import { THINKING, type ThinkingKind, type ThinkingSource, type ThinkingTable } from '../kinds/thinking.ts';
import { type SettingsPatch, settingLeaf, withValue } from '../settings/setting-paths.ts';

/** Words of a form that stand for what is given. */
const BLANK = /[A-Z]+/g;

type Named = readonly [string, ThinkingKind & { readonly rater: NonNullable<ThinkingKind['rater']> }];

/** Sources that have a form, the one that begins with the longest fixed text first: a bare NAME is what no other form is. */
function forms(kinds: ThinkingTable): Named[] {
  const named = Object.entries(kinds).filter((entry): entry is [string, Named[1]] => entry[1].rater !== null);
  return named.sort(([, a], [, b]) => fixedStart(b.rater.form).length - fixedStart(a.rater.form).length);
}

const fixedStart = (form: string): string => form.replace(/[A-Z].*$/, '');

/** A form as a pattern: each blank but the last ends where the fixed text behind it begins. */
function patternOf(form: string): RegExp {
  const escaped = form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(
    `^${escaped.replace(BLANK, (blank, at: number) => (at + blank.length < escaped.length ? '(.+?)' : '(.+)'))}$`,
  );
}

/** The settings of a rater: which thinking reward it is, and what its name fills in. @throws SophiaError 'usage' where a form is not whole. */
export function raterSettings(source: string, kinds: ThinkingTable = THINKING): SettingsPatch {
  const found = forms(kinds).find(([, { rater }]) => {
    const start = fixedStart(rater.form);
    return start === rater.form ? source === start : source.startsWith(start);
  });
  const [name, kind] = found ?? [];
  const given = kind === undefined ? null : patternOf(kind.rater.form).exec(source);
  if (name === undefined || kind === undefined) throw noRater(source, `Forms: ${raterForms(kinds).join(', ')}.`);
  if (given === null) {
    const { form, example } = kind.rater;
    throw noRater(source, `Write ${form}${example === undefined ? '' : `, such as ${example}`}.`);
  }
  const blanks = kind.rater.form.match(BLANK) ?? [];
  return blanks.reduce<SettingsPatch>(
    (patch, blank, i) => withValue(patch, kind.rater.fills[blank] ?? '', given[i + 1]),
    { reward: { thinking: name } },
  );
}

const noRater = (source: string, fix: string) => new SophiaError('usage', `"${source}" is not a rater.`, fix);

/** How a model of this name is written that rates as a source does: `step:NAME`. */
export function raterForm(source: ThinkingSource, name: string): string {
  const { rater }: ThinkingKind = THINKING[source];
  return rater === null ? name : rater.form.replace(BLANK, name);
}

/** Every form, in the table's order. */
export function raterForms(kinds: ThinkingTable = THINKING): string[] {
  return Object.values(kinds).flatMap(({ rater }) => (rater === null ? [] : [rater.form]));
}

/** Raters that every home has: each form with the settings' defaults filled in, where these leave nothing empty. */
export function standardRaters(kinds: ThinkingTable = THINKING): string[] {
  const filled = Object.values(kinds).map(({ rater, modelSetting }) => {
    if (rater === null) return modelSetting === null ? null : defaultOf(`model.${modelSetting}`); // a base model, by its name
    const blanks = Object.entries(rater.fills).map(([blank, path]) => [blank, defaultOf(path)] as const);
    return blanks.some(([, value]) => value === '')
      ? null
      : blanks.reduce((form, [blank, value]) => form.replace(blank, value), rater.form);
  });
  return filled.filter((name) => name !== null);
}

const defaultOf = (path: string): string => String(settingLeaf(path).default);
