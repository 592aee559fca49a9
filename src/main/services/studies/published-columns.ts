/** Which benchmarks of a table are ones that the paper gives figures of: splits of data sets that were imported as such. */
import { PAPER_BENCHMARKS } from '../../../shared/study/variants.ts';
import { datasetFolder, isDatasetName, readManifest } from '../../tasks/import/dataset-folder.ts';

/** A column beside which published figures may stand. */
export interface PublishedColumn {
  readonly column: string; // as the table names it: mydata/test
  readonly benchmark: (typeof PAPER_BENCHMARKS)[number];
}

/**
 * The columns that have published figures in the same unit. MME has none: the paper gives sums of points, a table shares of right answers.
 * A data set that is not there any more, or was imported without --benchmark, has none either.
 */
export function publishedColumns(home: string, columns: readonly string[]): PublishedColumn[] {
  return columns.flatMap((column) => {
    const [set = '', ...split] = column.split('/');
    if (split.length !== 1 || !isDatasetName(set)) return [];
    const given = readManifest(datasetFolder(home, set))?.benchmark;
    const benchmark = PAPER_BENCHMARKS.find((name) => name === given && name !== 'mme');
    return benchmark === undefined ? [] : [{ column, benchmark }];
  });
}
