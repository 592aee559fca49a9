/**
 * A study's report as one HTML file: nothing in it asks for anything outside, and a content policy of its own forbids what a mistake here would let
 * in. No script.
 */
import { contrastWords, studyContrasts } from '../../../shared/study/contrasts.ts';
import { dateOf, registrationText } from '../../../shared/study/registration.ts';
import { studyYaml } from '../../../shared/study/study.ts';
import { variantTitles } from '../../../shared/text/distinct-labels.ts';
import { RULE } from './chosen-rollouts.ts';
import { type DensityChart, densityChart } from './figures/density-chart.ts';
import { forestChart } from './figures/forest-chart.ts';
import { lineChart } from './figures/line-chart.ts';
import { dashOf, REPORT_LOOK } from './figures/look.ts';
import { SMOOTHING } from './figures/study-figures.ts';
import { type Content, html, Markup } from './html.ts';
import { typographic } from './number-words.ts';
import type { ReportContent } from './report-content.ts';
import { REPORT_STYLE } from './report-style.ts';
import { richMarkup, rolloutGroup } from './rollouts.ts';
import {
  differingTable,
  effectsTable,
  metricsTable,
  notes,
  resultsTables,
  runsTable,
  settingsTable,
} from './tables.ts';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Content;
}

/** The file's text. The same content gives the same bytes. */
export function reportHtml(report: ReportContent): string {
  const { study, program, madeAt, verdict } = report;
  const sections = sectionsOf(report);
  const { planned, finished } = verdict.progress;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark"><meta name="generator" content="Sophia Lab ${program}">
<title>${study.name}: report</title><style>${new Markup(REPORT_STYLE)}</style></head><body>
<header><h1>${study.name}</h1>
${study.description !== '' && html`<p>${study.description}</p>`}
<p class="faint small">${study.plan.variants.length} variants × ${study.plan.seeds.length} seeds, ${finished} of ${planned} runs finished. Study hash <span class="mono">${study.hash}</span>. Written on ${dateOf(madeAt)} by Sophia Lab ${program}.</p>
<nav aria-label="Contents"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav></header>
<main>${sections.map(
    ({ id, title, body }) => html`<section id="${id}"><h2>${title}</h2>
${body}</section>
`,
  )}</main></body></html>
`;
  return page.text;
}

function sectionsOf(report: ReportContent): Section[] {
  const { study, runs, verdict, table, metrics, forests, settings, rollouts, purity } = report;
  const all: (Section | false)[] = [
    { id: 'verdict', title: 'Verdict', body: verdictBody(report) },
    { id: 'results', title: 'Results', body: resultsTables(table) },
    { id: 'curves', title: 'Curves', body: curvesBody(report) },
    metrics.metrics.length > 0 && { id: 'training', title: 'Metrics of training', body: metricsTable(metrics) },
    forests.length > 0 && { id: 'effects', title: 'Effects', body: effectsTable(verdict) },
    rollouts.length > 0 && {
      id: 'rollouts',
      title: 'Rollouts',
      body: html`<p class="faint">${report.areRolloutsAsked ? 'Chosen by hand.' : RULE} Equal responses are shown once.</p>${rollouts.map(rolloutGroup)}`,
    },
    study.notes.trim() !== '' && { id: 'notes', title: 'Notes', body: richMarkup(study.notes) },
    { id: 'registration', title: 'Registration', body: registrationBody(report) },
    {
      id: 'settings',
      title: 'Settings',
      body: html`<h3>Where the variants differ</h3>${differingTable(report)}${purity.problems.length > 0 && notes(purity.problems)}<h3>All settings</h3><p class="faint small">Bold: not the default.</p>${settingsTable(settings)}`,
    },
    {
      id: 'hashes',
      title: 'Runs and hashes',
      body: html`<table><tbody><tr><th scope="row">Study</th><td class="mono">${study.hash}</td></tr>${purity.same.map(({ what, values }) => html`<tr><th scope="row">${what.charAt(0).toUpperCase() + what.slice(1)}</th><td class="mono">${values.join(', ')}</td></tr>`)}</tbody></table>${runsTable(runs)}<h3>Study file</h3><pre>${studyYaml(study.plan)}</pre>`,
    },
  ];
  return all.filter((section) => section !== false);
}

/** A sentence of the verdict, what it is about in bold. */
function said(sentence: string): Markup {
  const at = sentence.indexOf(': ');
  return html`<p class="said"><b>${typographic(sentence.slice(0, at))}</b>${typographic(sentence.slice(at))}</p>`;
}

function verdictBody({ verdict, forests }: ReportContent): Markup {
  return html`${verdict.contrasts.map(({ sentence }) => said(sentence))}
${verdict.factorial?.effects.map(({ title, effects: [main] }) => main !== undefined && said(`${title}: ${main.sentence}`))}
<div class="charts">${forests.map((forest) => html`<figure><figcaption>${forest.title}</figcaption>${forestChart(forest, REPORT_LOOK)}</figure>`)}</div>
${forests.length > 0 && html`<p class="faint small">Square and line: difference with its 95 % interval. Dots: the difference at each seed.</p>`}
${notes(verdict.notes)}`;
}

/** What corners say: wrong answers with highly rated thinking are what a reward model that can be gamed looks like. */
function densityBody(chart: DensityChart): Markup {
  return html`<h3>${chart.title}</h3>${densityChart(chart, REPORT_LOOK)}
<p class="faint small">Rᵒ to the right, Rᵗ upwards, by tenths; darker where more responses lie. Corners: shares of responses with each reward below or from 0.5 on. Upper left: wrong answers whose thinking is rated highly.</p>`;
}

function curvesBody({ study, curves, density }: ReportContent): Markup {
  const { plan } = study;
  const titles = variantTitles(plan.variants);
  const legend = plan.variants.map(({ name }, i) => {
    const isBaseline = name === plan.baseline;
    return html`<li><svg width="34" height="10" aria-hidden="true"><path d="M0 5H34" style="stroke:${REPORT_LOOK.series(i)};stroke-width:${isBaseline ? 3 : 2}" stroke-dasharray="${dashOf(i)}"/></svg>${titles[i]}${isBaseline && html` <span class="faint">(baseline)</span>`}</li>`;
  });
  return html`<ul class="legend">${legend}</ul><div class="charts">${curves.map((chart) => html`<figure><figcaption>${chart.title}${chart.unit !== null && html` <span class="faint">(${chart.unit})</span>`}</figcaption>${lineChart(chart, REPORT_LOOK)}</figure>`)}</div>
<p class="faint small">Mean over seeds; band, or thin lines from four variants on: one standard deviation. Accuracies as measured; metrics of training smoothed exponentially (${SMOOTHING}).</p>${density !== null && densityBody(density)}`;
}

function registrationBody({ study, verdict }: ReportContent): Markup {
  const contrasts = studyContrasts(study.plan).map(contrastWords);
  const thresholds = Object.entries(verdict.thresholds);
  return html`<p>${registrationText(verdict.registration)}</p>
<p>${verdict.isDeclared ? 'Declared contrasts' : 'No contrasts are declared; compared are'}: ${contrasts.join(', ') || 'none'}.</p>
${thresholds.length > 0 && html`<p>Thresholds written down before:</p><ul>${thresholds.map(([what, threshold]) => html`<li>${what}: ${threshold}</li>`)}</ul>`}
<p>Study hash <span class="mono">${study.hash}</span></p>`;
}
