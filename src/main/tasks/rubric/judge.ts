/**
 * Reads a thinking sentence by sentence against the scene: what is stated, whether it is true, whether it follows from what was
 * stated before. A misread value is carried on as the thinker would carry it, so one wrong reading makes one wrong
 * sentence, not a chain of them. Deliberately absent: scores (dimensions.ts) and the final answer, which the rubric never sees.
 */
import { type Claim, parseClaim, splitSentences } from '../claims.ts';
import { recall } from '../knowledge.ts';
import { bare, compute, relationOf, runProgram, valueAt } from '../program.ts';
import { type Readings, readingsOf } from '../readings.ts';
import { optionLetter, type Ref, type Scene, type Step } from '../scene.ts';
import { referentOf } from './referents.ts';

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

/** The state of reading one thinking: what the thinker has stated so far, by program step. */
class Judge {
  readonly scene: Scene;
  readonly readings: Readings;
  readonly stated = new Map<number, string>(); // the thinker's own value of each program step
  readonly truth = new Map<number, number>(); // step -> 1 true, 0.5 true but resting on nothing, 0 false
  readonly ungrounded = new Set<number>();
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
  }

  run(texts: readonly string[]): Judgement {
    const sentences = texts.map((text) => ({ text, ...this.sentence(text) }));
    const needed = this.scene.program.length - 1;
    const truths = [...this.truth.values()];
    return {
      sentences,
      needed,
      stated: this.stated.size,
      right: truths.reduce((sum, value) => sum + value, 0),
      grounded: this.stated.size - this.ungrounded.size,
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
    if (this.said.has(plain) && !(claim.kind === 'compute' && this.isStillNeeded(claim))) {
      this.repeats++;
      return { label: 'redundant', why: 'was said before' };
    }
    this.said.add(plain);
    const verdict = this.claim(claim);
    if (claim.kind !== 'conclude' && claim.kind !== 'guess') this.lastValue = valueOf(claim);
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
    }
  }

  reading(key: string, value: string): Verdict {
    const isTrue = this.readings.get(key)?.includes(value) ?? false;
    const referent = referentOf(this.scene.picture, key);
    const at = this.scene.program.findIndex(
      (step) => (step.kind === 'read' || step.kind === 'count') && referentOf(this.scene.picture, step.key) === referent,
    );
    if (at >= 0) this.state(at, value, isTrue, true);
    if (!isTrue) {
      // After a misread extreme ("the tallest bar is blue") the thinker reads on from the wrong bar; that reading itself may be true.
      return this.error(`read ${referent}`, `the ${key} is not ${value}`);
    }
    this.correct(`read ${referent}`);
    if (at >= 0) return { label: 'right', why: 'is read rightly' };
    this.beside++;
    return { label: 'redundant', why: 'is true but not asked for' };
  }

  recalled(claim: Extract<Claim, { kind: 'recall' }>): Verdict {
    const isTrue = recall(claim.subject, claim.relation) === claim.value;
    const at = this.find('recall', (step) => step.relation === claim.relation && bare(this.known(step.of) ?? '') === claim.subject);
    if (at >= 0) this.state(at, claim.value, isTrue, this.rests(at));
    const about = `recall ${claim.relation} ${claim.subject}`;
    if (!isTrue) return this.error(about, 'is no fact');
    this.correct(about);
    if (at >= 0) return { label: 'right', why: 'is a fact that the question needs' };
    this.beside++;
    return { label: 'redundant', why: 'is a fact but not asked for' };
  }

  computed(claim: Extract<Claim, { kind: 'compute' }>): Verdict {
    const isTrue = compute(claim.operation, claim.a, claim.b) === claim.value;
    let at = this.find('compute', (step) => this.isUnstated(step) && this.isSameSum(step, claim));
    if (at < 0 && this.isOtherOrder(claim)) at = this.find('compute', (step) => this.isUnstated(step));
    if (at < 0) at = this.find('compute', (step) => this.isSameSum(step, claim));
    const about = `compute ${claim.a} ${claim.operation} ${claim.b}`;
    if (at >= 0) this.state(at, claim.value, isTrue, this.rests(at));
    if (!isTrue) return this.error(about, 'is wrongly worked out');
    this.correct(about);
    if (at >= 0) return { label: 'right', why: 'is worked out rightly' };
    return this.error('operation', 'is not what the question asks to work out');
  }

  compared(claim: Extract<Claim, { kind: 'compare' }>): Verdict {
    const isTrue = relationOf(Number(claim.a), Number(claim.b)) === claim.relation;
    let turned = false;
    const at = this.find('compare', (step) => {
      const [a, b] = [this.known(step.a), this.known(step.b)];
      turned = !(a === claim.a && b === claim.b) && a === claim.b && b === claim.a;
      return turned || (a === claim.a && b === claim.b);
    });
    if (at >= 0) {
      const [first, second] = (this.scene.program[at] as Extract<Step, { kind: 'compare' }>).names;
      const larger = claim.relation === 'the same as' ? 'the same' : (claim.relation === 'more than') !== turned ? first : second;
      this.state(at, larger, isTrue, this.rests(at));
    }
    if (!isTrue) return this.error('compare', 'compares wrongly');
    this.correct('compare');
    return at >= 0 ? { label: 'right', why: 'compares rightly' } : this.error('operation', 'compares what was not asked for');
  }

  chosen(claim: Extract<Claim, { kind: 'option' }>): Verdict {
    const offered = (this.scene.options ?? []).map((text, at) => (text === claim.text ? optionLetter(at) : ''));
    const isTrue = offered.includes(claim.letter);
    const at = this.find('option', (step) => bare(this.known(step.of) ?? '') === claim.text);
    if (at >= 0) this.state(at, claim.letter, isTrue, this.rests(at));
    if (!isTrue) return this.error('option', `${claim.text} is not option ${claim.letter}`);
    this.correct('option');
    return at >= 0 ? { label: 'right', why: 'finds the option' } : this.error('option', 'chooses what was not found out');
  }

  concluded(value: string): Verdict {
    const program = this.scene.program;
    const last = program.at(-1) as Extract<Step, { kind: 'conclude' }>;
    const expected = runProgram(program, this.scene.options, this.stated).at(-1);
    const rests = last.of.every((ref) => 'constant' in ref || this.stated.has(ref.step));
    if (value === expected && rests) {
      this.conclusion = 1;
      return { label: 'right', why: 'follows' };
    }
    const skips = value === expected && this.stated.size > 0;
    this.conclusion = skips || (this.lastValue !== null && value === this.lastValue) ? 0.5 : 0;
    if (skips) return { label: 'wrong', why: 'skips the step it rests on' };
    return { label: 'wrong', why: this.lastValue === null ? 'rests on nothing' : 'does not follow' };
  }

  /** The value that the thinker would use for a reference: stated, worked out from what was stated, or (where nothing was) the true one. */
  known(ref: Ref): string | null {
    return valueAt(ref, runProgram(this.scene.program, this.scene.options, this.stated));
  }

  find<K extends Step['kind']>(kind: K, fits: (step: Extract<Step, { kind: K }>) => boolean): number {
    return this.scene.program.findIndex((step) => step.kind === kind && fits(step as Extract<Step, { kind: K }>));
  }

  state(at: number, value: string, isTrue: boolean, rests: boolean): void {
    this.stated.set(at, value);
    this.truth.set(at, isTrue ? (rests ? 1 : 0.5) : 0);
    if (rests) this.ungrounded.delete(at);
    else this.ungrounded.add(at);
  }

  /** True where everything that a step uses was stated before. */
  rests(at: number): boolean {
    const step = this.scene.program[at]!;
    const refs = 'a' in step ? [step.a, step.b] : 'of' in step ? [step.of].flat() : [];
    return (refs as readonly Ref[]).every((ref) => 'constant' in ref || this.stated.has(ref.step));
  }

  /** True for a sum said before that the program needs once more (4 + 5 - 5 + 5 adds 4 and 5 twice). */
  isStillNeeded(claim: Extract<Claim, { kind: 'compute' }>): boolean {
    return this.find('compute', (step) => this.isUnstated(step) && this.isSameSum(step, claim) && this.rests(this.scene.program.indexOf(step))) >= 0;
  }

  isUnstated(step: Step): boolean {
    return !this.stated.has(this.scene.program.indexOf(step));
  }

  isSameSum(step: Extract<Step, { kind: 'compute' }>, claim: Extract<Claim, { kind: 'compute' }>): boolean {
    if (step.operation !== claim.operation) return false;
    const [a, b] = [this.known(step.a), this.known(step.b)];
    return (a === claim.a && b === claim.b) || (claim.operation !== 'minus' && a === claim.b && b === claim.a);
  }

  /** Numbers may be added in any order: true for a sum of values stated before, in a program of sums only. */
  isOtherOrder(claim: Extract<Claim, { kind: 'compute' }>): boolean {
    const program = this.scene.program;
    const sums = program.filter((step) => step.kind === 'compute');
    if (claim.operation !== 'plus' || sums.length < 2 || !sums.every((step) => step.operation === 'plus')) return false;
    const values = [...this.stated.values()];
    if (!values.includes(claim.a) || !values.includes(claim.b)) return false;
    const readings = program.map((step, at) => (step.kind === 'read' || step.kind === 'count' ? Number(this.stated.get(at) ?? Number.NaN) : 0));
    const total = readings.reduce((sum, value) => sum + value, 0);
    const isLast = sums.filter((step) => this.stated.has(program.indexOf(step))).length === sums.length - 1;
    return isLast ? Number(claim.value) === total : Number(claim.value) < total;
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

function valueOf(claim: Claim): string {
  switch (claim.kind) {
    case 'option':
      return claim.letter;
    case 'compare':
      return claim.relation;
    default:
      return bare(claim.value);
  }
}
