/** The tables of a report as HTML: results by split with differences beneath, metrics of training, effects, settings, runs with their hashes. */

import { METRICS, type MetricMeta, type MetricName } from '../../../shared/run/metrics.ts';
import { settingWords } from '../../../shared/settings/setting-words.ts';
import { dateOf } from '../../../shared/study/registration.ts';
import type { RunRow } from '../../store/rows.ts';
import { probability } from '../../store/table/formats/number-text.ts';
import type { MetricTable } from '../../store/table/metric-table.ts';
import { furtherContrasts, type ResultsTable } from '../../store/table/results-table.ts';
import { effectSize } from '../../store/verdict/sentences.ts';
import type { SaidEffect, Verdict } from '../../store/verdict/verdict.ts';
import { html, type Markup } from './html.ts';
import { differenceText, metricDifference, metricText, shareText, typographic } from './number-words.ts';
import type { ReportContent, ReportSetting } from './report-content.ts';

const scroll = (table: Markup): Markup => html`<div class="scroll">${table}</div>`;
/** Sentences at a table's foot. */
export const notes = (lines: readonly string[]): Markup =>
  html`<ul class="notes">${lines.map((line) => html`<li>${typographic(line)}</li>`)}</ul>`;

/** Accuracies: a table for each split. */
export function resultsTables(table: ResultsTable): Markup {
  const splits = [...new Set(table.columns.map(({ split }) => split))];
  const further = furtherContrasts(table);
  return html`${splits.map((split) => {
    const at = table.columns.flatMap((column, i) => (column.split === split ? [i] : []));
    return scroll(
      html`<table class="figures"><thead><tr><th>${split === '' ? 'Variant' : `Variant, ${split} split`}</th>${at.map((i) => html`<th>${table.columns[i]?.title}</th>`)}</tr></thead><tbody>${table.rows.map(
        (row) =>
          html`<tr><th scope="row">${row.title}${row.isBaseline && html` <span class="faint">(baseline)</span>`}</th>${at.map(
            (i) => {
              const cell = row.cells[i];
              if (cell === undefined) return html`<td></td>`;
              const text = shareText(cell);
              return html`<td>${cell.best ? html`<b>${text}</b>` : text}${cell.unfinished && '†'}${versus(cell.versus, cell.marked)}</td>`;
            },
          )}</tr>`,
      )}${further
        .filter(({ cells }) => at.some((i) => cells[i] != null))
        .map(
          (row) =>
            html`<tr><th scope="row" class="faint">${row.title}</th>${at.map((i) => html`<td>${versus(row.cells[i] ?? null, row.cells[i]?.marked ?? false)}</td>`)}</tr>`,
        )}</tbody></table>`,
    );
  })}${notes(table.notes)}`;
}

function versus(found: { difference: number; low: number; high: number } | null, marked: boolean): Markup | null {
  if (found === null) return null;
  return html`<span class="versus${marked && ' marked'}">${differenceText(found)}${marked && ' *'}</span>`;
}

/** Metrics of training over the last steps. */
export function metricsTable(table: MetricTable): Markup {
  const head = (name: string) => {
    const { title, unit } = METRICS[name as MetricName] as MetricMeta;
    return unit === undefined ? title : `${title}, ${unit}`;
  };
  return html`${scroll(
    html`<table class="figures many"><thead><tr><th>Variant</th>${table.metrics.map((name) => html`<th>${head(name)}</th>`)}</tr></thead><tbody>${table.rows.map(
      ({ title, cells }) =>
        html`<tr><th scope="row">${title}</th>${cells.map((cell) => {
          const difference = metricDifference(cell);
          return html`<td>${metricText(cell)}${difference !== null && html`<span class="versus">${difference}</span>`}</td>`;
        })}</tr>`,
    )}</tbody></table>`,
  )}${notes(table.notes)}`;
}

/** Every effect of the declared contrasts, and of trust, annealing and their interaction where the study has all four arms. */
export function effectsTable({ contrasts, factorial }: Verdict): Markup | null {
  const rows = [
    ...contrasts.flatMap(({ title, effects }) => effects.map((effect) => ({ of: title, effect }))),
    ...(factorial?.effects ?? []).flatMap(({ title, effects }) => effects.map((effect) => ({ of: title, effect }))),
  ];
  if (rows.length === 0) return null;
  return scroll(
    html`<table class="figures"><thead><tr><th>Contrast</th><th class="words">Effect on</th><th>difference</th><th>95 % interval</th><th>p (Holm)</th><th>seeds</th><th>smallest detectable effect</th><th>seeds missing</th></tr></thead><tbody>${rows.map(
      ({ of, effect }) => html`<tr><th scope="row">${of}</th>${effectCells(effect)}</tr>`,
    )}</tbody></table>`,
  );
}

function effectCells(effect: SaidEffect): Markup {
  const { low, high, p, n, detectable, seedsMissing, unit } = effect;
  const size = (value: number, sign = true) => typographic(effectSize(effect, value, sign));
  const difference = `${size(effect.difference)}${unit === 'points' ? ' points' : ''}`;
  const cells = [
    effect.isTold ? html`<b>${difference}</b>` : difference,
    low === null || high === null ? '–' : `${size(low)} to ${size(high)}`,
    p === null ? '–' : probability(p),
    n,
    detectable === null ? '–' : size(detectable, false),
    seedsMissing ?? '–',
  ];
  return html`<td class="words">${effect.title}</td>${cells.map((cell) => html`<td>${cell}</td>`)}`;
}

/** A setting's value as text. */
export const settingText = (value: unknown): string =>
  Array.isArray(value) ? value.join(', ') : value === null ? '–' : String(value);

/** Settings in which variants differ, a column for each variant. */
export function differingTable({ settings, purity }: ReportContent): Markup {
  const rows = settings.filter(({ values }) => values !== null);
  if (rows.length === 0) return html`<p>The variants have the same settings.</p>`;
  return scroll(
    html`<table><thead><tr><th>Setting</th>${purity.variants.map((name) => html`<th>${name}</th>`)}</tr></thead><tbody>${rows.map(
      (row) =>
        html`<tr>${settingHead(row)}${(row.values ?? []).map((value) => html`<td class="mono">${settingWords(row.path, value)}</td>`)}</tr>`,
    )}</tbody></table>`,
  );
}

/** All settings; those that are not the program's defaults stand out. */
export function settingsTable(settings: readonly ReportSetting[]): Markup {
  return scroll(
    html`<table><thead><tr><th>Setting</th><th>Value</th><th></th></tr></thead><tbody>${settings.map(
      (row) =>
        html`<tr>${settingHead(row)}<td class="mono">${row.values !== null ? html`<span class="faint">by variant, see above</span>` : row.isDefault ? settingText(row.value) : html`<b>${settingText(row.value)}</b>`}${row.unit !== '' && row.value !== null && ` ${row.unit}`}</td><td class="mono faint">${row.path}</td></tr>`,
    )}</tbody></table>`,
  );
}

const settingHead = ({ title, symbol }: ReportSetting): Markup =>
  html`<th scope="row">${title}${symbol !== '' && html` <span class="faint">${symbol}</span>`}</th>`;

/** Runs with what tells them apart to the bit. */
export function runsTable(runs: readonly RunRow[]): Markup {
  return scroll(
    html`<table><thead><tr><th>Variant</th><th>seed</th><th>run</th><th>state</th><th>step</th><th>finished</th><th>settings hash</th><th>weights hash</th></tr></thead><tbody>${runs.map(
      (run) =>
        html`<tr><th scope="row">${run.variant}</th><td>${run.seed}</td><td>${run.name}</td><td>${run.state}</td><td>${run.step} of ${run.totalSteps}</td><td>${run.finishedAt !== null && dateOf(run.finishedAt)}</td><td class="mono">${run.configHash.slice(0, 16)}</td><td class="mono">${run.weightsHash?.slice(0, 16)}</td></tr>`,
    )}</tbody></table>`,
  );
}
