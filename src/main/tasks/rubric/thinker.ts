/**
 * What a thinker has stated so far, by step of the scene's program, and what follows from it. A stated value stands for the step's
 * true one in everything after it, so a misreading is carried on as the thinker would. Deliberately absent: sentences and verdicts (judge.ts).
 */
import { entryAt } from '../../../shared/values/list.ts';
import type { Claim } from '../language/claims.ts';
import { runProgram, valueAt } from '../scene/program.ts';
import type { Ref, Scene, Step } from '../scene/scene.ts';

type Sum = Extract<Claim, { kind: 'compute' }>;
type StepOf<K extends Step['kind']> = Extract<Step, { kind: K }>;

export class Thinker {
  readonly scene: Scene;
  readonly stated = new Map<number, string>(); // the thinker's own value of each program step
  readonly truth = new Map<number, number>(); // step -> 1 true, 0.5 true but resting on nothing, 0 false
  readonly ungrounded = new Set<number>(); // steps stated without what they rest on

  constructor(scene: Scene) {
    this.scene = scene;
  }

  /** Takes note of a stated step. */
  state(at: number, value: string, isTrue: boolean): void {
    const rests = this.rests(at);
    this.stated.set(at, value);
    this.truth.set(at, isTrue ? (rests ? 1 : 0.5) : 0);
    if (rests) this.ungrounded.delete(at);
    else this.ungrounded.add(at);
  }

  /** The first step of a kind that fits, or -1. */
  find<K extends Step['kind']>(kind: K, fits: (step: StepOf<K>, at: number) => boolean): number {
    return this.scene.program.findIndex((step, at) => step.kind === kind && fits(step as StepOf<K>, at));
  }

  /** The value that the thinker would use for a reference: stated, worked out from what was stated, or (where nothing was) the true one. */
  known(ref: Ref): string | null {
    return valueAt(ref, this.values());
  }

  /** What the conclusion should be, given what was stated. */
  expected(): string | null {
    return this.values().at(-1) ?? null;
  }

  /** True where everything that a step uses was stated before. */
  rests(at: number): boolean {
    const step = entryAt(this.scene.program, at, 'step');
    const refs = 'a' in step ? [step.a, step.b] : 'of' in step ? [step.of].flat() : [];
    return (refs as readonly Ref[]).every((ref) => 'constant' in ref || this.stated.has(ref.step));
  }

  /** The step that a stated sum is: one not stated yet, else one that may be a sum in another order, else one stated already; -1 for none. */
  stepOfSum(sum: Sum): number {
    const next = this.find('compute', (step, at) => !this.stated.has(at) && this.isSame(step, sum));
    if (next >= 0) return next;
    const other = this.isOtherOrder(sum) ? this.find('compute', (_, at) => !this.stated.has(at)) : -1;
    return other >= 0 ? other : this.find('compute', (step) => this.isSame(step, sum));
  }

  /** True for a sum said before that the program needs once more (4 + 5 - 5 + 5 adds 4 and 5 twice). */
  isStillNeeded(sum: Sum): boolean {
    return this.find('compute', (step, at) => !this.stated.has(at) && this.isSame(step, sum) && this.rests(at)) >= 0;
  }

  private values(): (string | null)[] {
    return runProgram(this.scene.program, this.scene.options, this.stated);
  }

  private isSame(step: StepOf<'compute'>, sum: Sum): boolean {
    if (step.operation !== sum.operation) return false;
    const [a, b] = [this.known(step.a), this.known(step.b)];
    return (a === sum.a && b === sum.b) || (sum.operation !== 'minus' && a === sum.b && b === sum.a);
  }

  /** Numbers may be added in any order: true for a sum of values stated before, in a program of sums only. */
  private isOtherOrder(sum: Sum): boolean {
    const { program } = this.scene;
    const sums = program.flatMap((step, at) => (step.kind === 'compute' ? [{ step, at }] : []));
    if (sum.operation !== 'plus' || sums.length < 2 || !sums.every(({ step }) => step.operation === 'plus'))
      return false;
    const values = [...this.stated.values()];
    if (!values.includes(sum.a) || !values.includes(sum.b)) return false;
    const isReading = (step: Step): boolean => step.kind === 'read' || step.kind === 'count';
    const readings = program.map((step, at) => (isReading(step) ? Number(this.stated.get(at) ?? Number.NaN) : 0));
    const total = readings.reduce((all, value) => all + value, 0);
    const isLast = sums.filter(({ at }) => this.stated.has(at)).length === sums.length - 1;
    return isLast ? Number(sum.value) === total : Number(sum.value) < total;
  }
}
