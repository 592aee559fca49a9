/**
 * Reads a thinking sentence by sentence against the scene: what is stated, whether it is true, whether it follows from what was
 * stated before. A misread value is carried on as the thinker would carry it, so one wrong reading makes one wrong
 * sentence, not a chain of them. Deliberately absent: scores (dimensions.ts) and the final answer, which the rubric never sees.
 */
import { type Claim, parseClaim, splitSentences } from '../language/claims.ts';
import { recall } from '../scene/knowledge.ts';
import { bare, compute, relationOf } from '../scene/program.ts';
import { type Readings, readingsOf } from '../scene/readings.ts';
import { optionLetter, type Scene, type Step } from '../scene/scene.ts';
import { referentOf } from './referents.ts';
import { Thinker } from './thinker.ts';

/** One sentence's verdict. `redundant`: said before, or true but not asked for. `wrong`: false, or does not follow. */
export type StepLabel = 'right' | 'wrong' | 'unparsed' | 'redundant';

export interface JudgedSentence {
  readonly text: string;
  readonly label: StepLabel;
  readonly why: string; // one clause, for the reason texts
}

/** What the five dimensions are computed from. */
export interface Judgement {
  readonly sentences: readonly JudgedSentence[];
  readonly needed: number; // steps of the program without the conclusion
  readonly stated: number; // of those, stated (truly or not)
  readonly right: number; // of those, stated truly; half where it rests on something never stated
  readonly grounded: number; // of those, stated and resting only on what was stated before
  readonly conclusion: number; // 1 follows from the last step, 0.5 skips it or follows from a wrong turn, 0 none or does not follow
  readonly errors: number; // false sentences and wrong turns
  readonly corrected: number; // of those, put right by a later sentence
  readonly repeats: number; // sentences said before
  readonly beside: number; // true sentences that were not asked for
}

/** Longest thinking that is read, in sentences; what comes after counts as unparsed. */
const MOST_SENTENCES = 64;

/** Judges a thinking (the text between the think tags) against a scene. Never throws on any text. */
export function judge(scene: Scene, thinking: string): Judgement {
  return new Judge(scene).run(splitSentences(thinking).slice(0, MOST_SENTENCES));
}

interface Verdict {
  readonly label: StepLabel;
  readonly why: string;
}

/** The state of reading one thinking. */
class Judge {
  readonly scene: Scene;
  readonly readings: Readings;
  readonly thinker: Thinker;
  readonly said = new Set<string>();
  readonly open = new Set<string>(); // errors not yet corrected, by what they are about
  errors = 0;
  corrected = 0;
  repeats = 0;
  beside = 0;
  conclusion = 0;
  lastValue: string | null = null;

  constructor(scene: Scene) {
    this.scene = scene;
    this.readings = readingsCache.get(scene) ?? readingsOf(scene.picture);
    readingsCache.set(scene, this.readings);
    this.thinker = new Thinker(scene);
  }

  run(texts: readonly string[]): Judgement {
    const sentences = texts.map((text) => ({ text, ...this.sentence(text) }));
    const needed = this.scene.program.length - 1;
    const truths = [...this.thinker.truth.values()];
    return {
      sentences,
      needed,
      stated: this.thinker.stated.size,
      right: truths.reduce((sum, value) => sum + value, 0),
      grounded: this.thinker.stated.size - this.thinker.ungrounded.size,
      conclusion: this.conclusion,
      errors: this.errors,
      corrected: this.corrected,
      repeats: this.repeats,
      beside: this.beside,
    };
  }

  sentence(text: string): Verdict {
    const plain = text.replace(/^(?:wait|no|then|yes)(?: ,)? /, ''); // "no , the red bar is 6" corrects
    const claim = parseClaim(plain);
    if (claim === null) return { label: 'unparsed', why: 'is no sentence of the controlled English' };
    if (this.said.has(plain) && !(claim.kind === 'compute' && this.thinker.isStillNeeded(claim))) {
      this.repeats++;
      return { label: 'redundant', why: 'was said before' };
    }
    this.said.add(plain);
    const verdict = this.claim(claim);
    if (claim.kind !== 'conclude' && claim.kind !== 'guess' && claim.kind !== 'praise')
      this.lastValue = statedValue(claim);
    return verdict;
  }

  claim(claim: Claim): Verdict {
    switch (claim.kind) {
      case 'read':
      case 'count':
        return this.reading(claim.key, claim.value);
      case 'recall':
        return this.recalled(claim);
      case 'compute':
        return this.computed(claim);
      case 'compare':
        return this.compared(claim);
      case 'option':
        return this.chosen(claim);
      case 'conclude':
        return this.concluded(claim.value);
      case 'guess':
        return { label: 'wrong', why: 'is a guess' };
      case 'praise':
        return this.error('praise', 'praises the thinking instead of doing it');
    }
  }

  reading(key: string, value: string): Verdict {
    const isTrue = this.readings.get(key)?.includes(value) ?? false;
    const referent = referentOf(this.scene.picture, key);
    const at = this.scene.program.findIndex(
      (step) =>
        (step.kind === 'read' || step.kind === 'count') && referentOf(this.scene.picture, step.key) === referent,
    );
    if (at >= 0) this.thinker.state(at, value, isTrue);
    if (!isTrue) {
      return this.error(`read ${referent}`, `the ${key} is not ${value}`);
    }
    this.correct(`read ${referent}`);
    if (at >= 0) return { label: 'right', why: 'is read rightly' };
    this.beside++;
    return { label: 'redundant', why: 'is true but not asked for' };
  }

  recalled(claim: Extract<Claim, { kind: 'recall' }>): Verdict {
    const isTrue = recall(claim.subject, claim.relation) === claim.value;
    const at = this.thinker.find(
      'recall',
      (step) => step.relation === claim.relation && bare(this.thinker.known(step.of) ?? '') === claim.subject,
    );
    if (at >= 0) this.thinker.state(at, claim.value, isTrue);
    const about = `recall ${claim.relation} ${claim.subject}`;
    if (!isTrue) return this.error(about, 'is no fact');
    this.correct(about);
    if (at >= 0) return { label: 'right', why: 'is a fact that the question needs' };
    this.beside++;
    return { label: 'redundant', why: 'is a fact but not asked for' };
  }

  computed(claim: Extract<Claim, { kind: 'compute' }>): Verdict {
    const isTrue = compute(claim.operation, claim.a, claim.b) === claim.value;
    const at = this.thinker.stepOfSum(claim);
    const about = `compute ${claim.a} ${claim.operation} ${claim.b}`;
    if (at >= 0) this.thinker.state(at, claim.value, isTrue);
    if (!isTrue) return this.error(about, 'is wrongly worked out');
    this.correct(about);
    if (at >= 0) return { label: 'right', why: 'is worked out rightly' };
    return this.error('operation', 'is not what the question asks to work out');
  }

  compared(claim: Extract<Claim, { kind: 'compare' }>): Verdict {
    const isTrue = relationOf(Number(claim.a), Number(claim.b)) === claim.relation;
    let turned = false;
    const at = this.thinker.find('compare', (step) => {
      const [a, b] = [this.thinker.known(step.a), this.thinker.known(step.b)];
      turned = !(a === claim.a && b === claim.b) && a === claim.b && b === claim.a;
      return turned || (a === claim.a && b === claim.b);
    });
    if (at >= 0) {
      const [first, second] = (this.scene.program[at] as Extract<Step, { kind: 'compare' }>).names;
      const larger =
        claim.relation === 'the same as' ? 'the same' : (claim.relation === 'more than') !== turned ? first : second;
      this.thinker.state(at, larger, isTrue);
    }
    if (!isTrue) return this.error('compare', 'compares wrongly');
    this.correct('compare');
    return at >= 0
      ? { label: 'right', why: 'compares rightly' }
      : this.error('operation', 'compares what was not asked for');
  }

  chosen(claim: Extract<Claim, { kind: 'option' }>): Verdict {
    const offered = (this.scene.options ?? []).map((text, at) => (text === claim.text ? optionLetter(at) : ''));
    const isTrue = offered.includes(claim.letter);
    const at = this.thinker.find('option', (step) => bare(this.thinker.known(step.of) ?? '') === claim.text);
    if (at >= 0) this.thinker.state(at, claim.letter, isTrue);
    if (!isTrue) return this.error('option', `${claim.text} is not option ${claim.letter}`);
    this.correct('option');
    return at >= 0
      ? { label: 'right', why: 'finds the option' }
      : this.error('option', 'chooses what was not found out');
  }

  concluded(value: string): Verdict {
    const program = this.scene.program;
    const expected = this.thinker.expected();
    const rests = this.thinker.rests(program.length - 1);
    if (value === expected && rests) {
      this.conclusion = 1;
      return { label: 'right', why: 'follows' };
    }
    const skips = value === expected && this.thinker.stated.size > 0;
    this.conclusion = skips || (this.lastValue !== null && value === this.lastValue) ? 0.5 : 0;
    if (skips) return { label: 'wrong', why: 'skips the step it rests on' };
    if (this.conclusion === 0 && this.thinker.stated.size > 0) return this.error('conclusion', 'does not follow');
    return { label: 'wrong', why: this.lastValue === null ? 'rests on nothing' : 'does not follow' };
  }

  error(about: string, why: string): Verdict {
    this.errors++;
    this.open.add(about);
    return { label: 'wrong', why };
  }

  correct(about: string): void {
    if (this.open.delete(about)) this.corrected++;
  }
}

const readingsCache = new WeakMap<Scene, Readings>();

function statedValue(claim: Exclude<Claim, { kind: 'praise' }>): string {
  switch (claim.kind) {
    case 'option':
      return claim.letter;
    case 'compare':
      return claim.relation;
    default:
      return bare(claim.value);
  }
}
