/** `sophia trm build DATASET`: filters an annotation and samples it uniformly over ten score intervals; prints the flow of counts. */
import { SophiaError } from '../../../../shared/errors.ts';
import type { Dimension } from '../../../../shared/trm/annotations.ts';
import type { FilterName } from '../../../../shared/trm/builds.ts';
import type { TrmKind } from '../../../../shared/trm/models.ts';
import type { Store } from '../../../store/store.ts';
import type { AnnotatedPair } from '../../../store/trm/annotations.ts';
import { type BuildInput, buildSet, flowLines } from '../../../trm/data/build-set.ts';
import type { GlobalOptions } from '../../common/verb.ts';
import { print, withStore } from '../../common/with-store.ts';

/** What the command line gives. */
export interface BuildFlags extends GlobalOptions {
  readonly annotation?: string;
  readonly as?: string;
  readonly kind: TrmKind;
  readonly cap: number;
  readonly seed: number;
  readonly off: readonly FilterName[];
  readonly minWords: number;
  readonly maxWords: number;
  readonly maxDisagreement: number;
  readonly without: readonly Dimension[];
}

/** Builds and stores in one transaction. */
export function build(dataset: string, flags: BuildFlags): Promise<void> {
  return withStore(flags, (store) => {
    const annotationId = chosenAnnotation(store, dataset, flags.annotation);
    const { waiting, settings } = store.trmAnnotation(annotationId);
    if (waiting > 0)
      throw new SophiaError(
        'conflict',
        `${waiting} pairs of this annotation have no answer yet.`,
        'Finish annotating first.',
      );
    const annotator = settings as { noise?: number; bias?: number };
    if (flags.without.length > 0 && ((annotator.noise ?? 0) !== 0 || (annotator.bias ?? 0) !== 0))
      throw new SophiaError(
        'usage',
        'An annotation with noise or bias cannot be split into its dimensions.',
        'Give --without to annotate instead.',
      );
    const { minWords, maxWords, maxDisagreement, off, kind, cap, seed, without } = flags;
    const filters = { minWords, maxWords, maxDisagreement, off };
    const inputs = store.annotatedPairs(annotationId).map(inputOf);
    const options = { kind, filters, capPerBin: cap, seed, leaveOut: without };
    const set = buildSet(inputs, options);
    const name = flags.as ?? `${dataset}-${kind}`;
    const id = store.addTrmBuild({ name, kind, annotationId, options, flow: set.flow, pairs: set.pairs });
    print(flags, { ...store.trmBuild(id), flow: set.flow, histogram: store.trmHistogram(id) }, [
      ...flowLines(set),
      `Next: bin/sophia trm train ${name}`,
    ]);
  });
}

function chosenAnnotation(store: Store, dataset: string, name: string | undefined): number {
  const datasetId = store.trmDatasetId(dataset);
  const names = store.trmAnnotationNames(datasetId);
  const chosen = name ?? (names.length === 1 ? names[0] : undefined);
  const id = chosen === undefined ? null : store.trmAnnotationId(datasetId, chosen);
  if (id !== null) return id;
  const fix =
    names.length === 0 ? `Annotate first: bin/sophia trm annotate ${dataset}` : `Name one: ${names.join(', ')}.`;
  throw new SophiaError('usage', name === undefined ? 'Which annotation?' : `There is no annotation "${name}".`, fix);
}

function inputOf({ questionId, scoreAgain, ...pair }: AnnotatedPair): BuildInput {
  return { ...pair, question: { id: questionId }, ...(scoreAgain !== undefined && { scoreAgain }) };
}
