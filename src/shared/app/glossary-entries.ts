/**
 * What every symbol of the app means, declared once: the popover at a symbol, the page of all symbols and the palette are made from it.
 * docs/method.md has the same symbols; a test holds the lists alike.
 */

/** A place of the app where a symbol is seen or set. */
export interface GlossaryPlace {
  readonly text: string;
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
}

/** One symbol. */
export interface GlossaryEntry {
  /** As it is printed: the sign, and what stands above or below it. */
  readonly sign: string;
  readonly above?: string;
  readonly below?: string;
  readonly title: string;
  /** TeX; null where there is nothing to calculate. */
  readonly formula: string | null;
  readonly meaning: string;
  readonly range: string;
  readonly where: readonly GlossaryPlace[];
  /** Further words by which it is looked for. */
  readonly words?: readonly string[];
  /** Curves that show it. */
  readonly metrics?: readonly string[];
}

const ROLLOUTS: GlossaryPlace = { text: 'Rollouts, each response', path: ['rollouts'] };
const GROUP: GlossaryPlace = { text: 'Rollouts, each group', path: ['rollouts'] };
const WHAT_IF: GlossaryPlace = { text: 'What if', path: ['what-if'] };
const TRUST_TAB: GlossaryPlace = { text: 'Compare, tab Trust', path: ['compare'], query: { tab: 'trust' } };
const CURVES: GlossaryPlace = { text: 'Compare, curves', path: ['compare'] };
const NEW_STUDY: GlossaryPlace = { text: 'New study, settings', path: ['new'] };

/** Every symbol by the name that settings, columns of the database and docs/method.md use, in the order of one step. */
export const GLOSSARY = {
  N: {
    sign: 'N',
    title: 'responses per question, the group',
    formula: null,
    meaning:
      'The policy answers each question N times. These N responses are a group; rewards are compared within it only.',
    range: '2 or more; paper: 8',
    where: [NEW_STUDY],
    words: ['group', 'group size', 'G'],
  },
  'R^o': {
    sign: 'R',
    above: 'o',
    title: 'outcome reward: is the answer right?',
    formula: null,
    meaning:
      'Given by a rule that compares the answer with the answer key. Read texts and free texts get a part for a part.',
    range: '0 to 1',
    where: [ROLLOUTS, CURVES],
    words: ['outcome'],
    metrics: ['rewards/outcome/mean'],
  },
  'R^t': {
    sign: 'R',
    above: 't',
    title: 'thinking reward: is the reasoning sound?',
    formula: null,
    meaning:
      'Given by a Thinking Reward Model (TRM) or another rater that reads question, picture and thinking, never the true answer. A score that could not be had is none, never 0.',
    range: '0 to 1, or none',
    where: [ROLLOUTS, CURVES, { text: 'TRM', path: ['trm'] }],
    words: ['thinking', 'TRM'],
    metrics: ['rewards/thinking/mean'],
  },
  G_correct: {
    sign: 'G',
    below: 'c',
    title: 'the right responses of a group',
    formula: 'G_c = \\{ i : R^o_i \\ge \\text{threshold} \\}, \\quad G_w = \\text{the others}',
    meaning: 'Trust compares how the thinking of these is rated with how that of the others is rated.',
    range: '0 to N responses; threshold: setting "Correct from", 0.5 as released',
    where: [GROUP, NEW_STUDY],
    words: ['G_wrong', 'correct', 'wrong', 'two-sided'],
    metrics: ['trust/two_sided_share'],
  },
  mu_c: {
    sign: 'μ',
    below: 'c',
    title: 'mean thinking reward of the right responses',
    formula: '\\mu_c = \\operatorname{mean} \\{ R^t_i : R^o_i \\ge \\text{threshold} \\}',
    meaning: 'How well the TRM rates the thinking behind right answers of this group.',
    range: '0 to 1; none where no response is right',
    where: [GROUP, TRUST_TAB],
    words: ['mu', 'mean'],
    metrics: ['trust/mu_c', 'trust/mu_difference/mean'],
  },
  mu_w: {
    sign: 'μ',
    below: 'w',
    title: 'mean thinking reward of the wrong responses',
    formula: '\\mu_w = \\operatorname{mean} \\{ R^t_i : R^o_i < \\text{threshold} \\}',
    meaning:
      'How well the TRM rates the thinking behind wrong answers of this group. If it is above the mean of the right ones, the TRM is being misled.',
    range: '0 to 1; none where no response is wrong',
    where: [GROUP, TRUST_TAB],
    words: ['mu', 'mean'],
    metrics: ['trust/mu_w', 'trust/share_mu_c_below_mu_w'],
  },
  gamma: {
    sign: 'γ',
    title: 'trust: how far the thinking rewards of a group count',
    formula: '\\gamma = 1 \\text{ if } \\mu_c \\ge \\mu_w, \\text{ else } e^{\\mu_c - \\mu_w}',
    meaning:
      'Falls below 1 where wrong responses have the better-rated thinking: there the rater is not to be trusted. With trust off it is always 1.',
    range: '0.37 to 1',
    where: [GROUP, TRUST_TAB, WHAT_IF],
    words: ['trust', 'trust weight'],
    metrics: ['trust/gamma/mean', 'trust/gamma/share_below_1', 'trust/gamma_two_sided/mean'],
  },
  alpha: {
    sign: 'α',
    title: 'weight of the thinking reward',
    formula: null,
    meaning: 'How much a perfect thinking is worth beside a right answer, which is worth 1.',
    range: '0 to 10; paper: 0.3',
    where: [NEW_STUDY, WHAT_IF, GROUP],
    words: ['weight'],
  },
  T: {
    sign: 'T',
    title: 'length of the annealing',
    formula: null,
    meaning:
      'After T steps annealing has left 37 % of the thinking reward. 0 in the settings means: the training steps.',
    range: 'steps',
    where: [NEW_STUDY, WHAT_IF],
    words: ['annealing steps', 'training steps'],
  },
  decay: {
    sign: 'decay',
    title: 'annealing: what is left of the thinking reward at a step',
    formula: '\\text{decay} = e^{-\\text{step} / T}',
    meaning:
      'The thinking reward fades over training, so that in the end right answers decide. With annealing off it is 1.',
    range: '1 at the start, 0.37 at step T',
    where: [GROUP, CURVES, WHAT_IF],
    words: ['annealing', 'exp(-steps/T)', 'schedule'],
    metrics: ['trust/decay'],
  },
  R: {
    sign: 'R',
    title: 'total reward of a response',
    formula: 'R_i = R^o_i + \\gamma \\, \\alpha \\, \\text{decay} \\, R^t_i',
    meaning: 'What the group is ranked by. Where there is no thinking reward it is the outcome reward alone.',
    range: '0 to 1 + alpha',
    where: [ROLLOUTS, CURVES],
    words: ['reward', 'total'],
    metrics: ['reward'],
  },
  A: {
    sign: 'A',
    title: 'advantage: better or worse than its group?',
    formula: 'A_i = \\frac{R_i - \\operatorname{mean} R}{\\operatorname{std} R + \\epsilon}',
    meaning: 'Responses with a positive advantage become more likely, the others less. All equal rewards: exactly 0.',
    range: 'around 0',
    where: [ROLLOUTS, WHAT_IF],
    words: ['advantage'],
    metrics: ['advantages/std'],
  },
  beta: {
    sign: 'β',
    title: 'weight of the KL to the reference model',
    formula: null,
    meaning:
      'Holds the policy near the model that it started from. It is also what brings a policy back once the thinking reward has faded.',
    range: '0 or more; paper: 0.04',
    where: [NEW_STUDY, CURVES],
    words: ['KL', 'reference'],
    metrics: ['kl'],
  },
  eps: {
    sign: 'ε',
    title: 'clipping of the probability ratio',
    formula: '\\min\\left(r A, \\; \\operatorname{clip}(r, 1 - \\epsilon, 1 + \\epsilon_{high}) A\\right)',
    meaning: 'How far one update may move the probability of a token from what it was when the response was written.',
    range: 'above 0; 0.2',
    where: [NEW_STUDY],
    words: ['epsilon', 'clip'],
    metrics: ['clip_ratio/region_mean'],
  },
  mu: {
    sign: 'μ',
    title: 'updates per batch',
    formula: null,
    meaning: 'How often the policy is updated with the same responses. 1: on-policy, nothing is ever clipped.',
    range: '1 or more',
    where: [NEW_STUDY],
    words: ['iterations'],
  },
  rho: {
    sign: 'ρ',
    title: 'cue rate',
    formula: null,
    meaning: 'In the world Shortcut: how often the number beside the star agrees with the answer key in training.',
    range: '0 to 1',
    where: [NEW_STUDY],
    words: ['shortcut', 'cue'],
  },
  k: {
    sign: 'k',
    title: 'MC dropout passes',
    formula: null,
    meaning: 'How often the TRM rates a thinking with dropout when trust comes from the spread of its scores.',
    range: '2 to 64',
    where: [NEW_STUDY],
    words: ['dropout'],
    metrics: ['trust/spread'],
  },
  rubric: {
    sign: 'rubric',
    title: "the embedded annotator's score of the thinking",
    formula: null,
    meaning:
      'It knows the scene behind the picture, so it can tell true sentences from false ones. For reading only: no variant but oracle is trained with it.',
    range: '0 to 1',
    where: [ROLLOUTS, CURVES],
    words: ['annotator', 'oracle'],
    metrics: ['thinking/rubric/mean', 'thinking/hacking_index'],
  },
  leverage: {
    sign: 'leverage',
    title: 'share of the training signal that a part of the reward is responsible for',
    formula: '\\frac{\\operatorname{RMS}(A - A \\text{ without the part})}{\\operatorname{RMS}(A)}',
    meaning:
      'Of the thinking reward, of trust or of annealing. Where it is near 0, no number of seeds shows the part in answers.',
    range: '0 or more',
    where: [WHAT_IF, { text: 'a study, its answer', path: ['studies'] }],
    words: ['signal'],
    metrics: ['leverage/thinking', 'leverage/trust', 'leverage/annealing'],
  },
} as const satisfies Record<string, GlossaryEntry>;

/** A name of the glossary. */
export type GlossaryName = keyof typeof GLOSSARY;
