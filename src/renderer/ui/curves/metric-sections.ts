/** Metrics in the sections of the run page, in the order of the pipeline; a metric nobody declared lands in the last one. */
import { METRICS, type MetricMeta, type MetricName } from '../../../shared/run/metrics.ts';

export interface MetricSection {
  readonly title: string;
  readonly metrics: readonly string[];
}

/**
 * The metric shown first of all, which nearly every run has: its chart can be made before it is known which metrics there are. Not the total reward:
 * of two runs one with a thinking reward has more of it by construction.
 */
export const FIRST_METRIC: MetricName = 'rewards/outcome/mean';
/** Rewards that are made of others come after these. */
const MADE_OF_OTHERS: readonly string[] = ['reward', 'reward_std'] satisfies MetricName[];

const SECTIONS: readonly { readonly title: string; readonly has: RegExp }[] = [
  { title: 'Rewards', has: /^(reward|reward_std|rewards\/.*|frac_reward_zero_std|advantages\/.*)$/ },
  { title: 'Trust', has: /^(trust|leverage)\// },
  { title: 'Thinking', has: /^(thinking|style)\// },
  { title: 'Optimisation', has: /^(loss|policy_loss|kl|entropy|clip_ratio\/.*|grad_norm|learning_rate)$/ },
  { title: 'Responses', has: /^(completions\/.*|answers\/.*|num_tokens)$/ },
  { title: 'Speed and memory', has: /^(step_time|time\/.*|tokens_per_second\/.*|memory\/.*)$/ },
];

/** The given metrics, section by section; empty sections are left out. */
export function metricSections(names: readonly string[]): MetricSection[] {
  const order = Object.keys(METRICS);
  const first = order.filter((name) => name.startsWith('rewards/'));
  const ranked = [
    ...first,
    ...MADE_OF_OTHERS,
    ...order.filter((name) => !first.includes(name) && !MADE_OF_OTHERS.includes(name)),
  ];
  const rank = (name: string) => (ranked.includes(name) ? ranked.indexOf(name) : ranked.length);
  const sorted = [...names].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  const taken = new Set<string>();
  const sections = SECTIONS.map(({ title, has }) => {
    const metrics = sorted.filter((name) => has.test(name));
    for (const name of metrics) taken.add(name);
    return { title, metrics };
  });
  return [...sections, { title: 'Other', metrics: sorted.filter((name) => !taken.has(name)) }].filter(
    (section) => section.metrics.length > 0,
  );
}

/** Title as print has it ("μc − μw"), unit and direction of a metric; an unknown one is its own title. */
export function metricMeta(name: string): MetricMeta {
  const known: MetricMeta | undefined = METRICS[name as MetricName];
  return known === undefined ? { title: name } : { ...known, title: printed(known.title) };
}

const printed = (title: string): string => title.replaceAll(/\bmu_([cw])\b/g, 'μ$1').replaceAll(' - ', ' − ');
