/** Imported data sets as they are looked at: the last opened one stays open, as its questions are read one page after another. */
import type { Question } from '../../../shared/question.ts';
import type { Dataset } from '../../tasks/import/dataset-folder.ts';

/** A data set with its questions by id. */
interface OpenDataset extends Dataset {
  readonly byId: ReadonlyMap<string, Question>;
}

const open = new Map<string, OpenDataset>();

/** The data set of this name. @throws SophiaError where there is none or it is damaged. */
export async function openDatasetOf(home: string, name: string): Promise<OpenDataset> {
  const { openDataset, listDatasets } = await import('../../tasks/import/dataset-folder.ts');
  const manifest = listDatasets(home).find((dataset) => dataset.name === name);
  const key = `${home}|${name}|${manifest?.questionsHash}|${manifest?.importedAt}`;
  const known = open.get(key);
  if (known !== undefined) return known;
  const dataset = openDataset(home, name);
  open.clear();
  const opened = { ...dataset, byId: new Map(dataset.questions.map((question) => [question.id, question])) };
  open.set(key, opened);
  return opened;
}

/** The imported question of an id (`DATASET/...`) with its data set, or null where there is none. */
export async function importedQuestion(
  home: string,
  id: string,
): Promise<{ readonly dataset: Dataset; readonly question: Question } | null> {
  const { listDatasets } = await import('../../tasks/import/dataset-folder.ts');
  const [name = ''] = id.split('/');
  if (!listDatasets(home).some((dataset) => dataset.name === name)) return null;
  const dataset = await openDatasetOf(home, name);
  const question = dataset.byId.get(id);
  return question === undefined ? null : { dataset, question };
}
