/** Imported data sets as the API reads them: the last opened one stays open, as its questions are looked at one page after another. */
import type { Question } from '../../shared/question.ts';
import type { Dataset } from '../tasks/import/dataset-folder.ts';
import type { ApiContext } from './context.ts';

/** A data set with its questions by id. */
interface OpenDataset extends Dataset {
  readonly byId: ReadonlyMap<string, Question>;
}

const open = new Map<string, OpenDataset>();

/** The data set of this name. @throws SophiaError where there is none or it is damaged. */
export async function datasetOf({ store }: ApiContext, name: string): Promise<OpenDataset> {
  const { openDataset, listDatasets } = await import('../tasks/import/dataset-folder.ts');
  const { home } = store.paths;
  const manifest = listDatasets(home).find((one) => one.name === name);
  const key = `${home}|${name}|${manifest?.questionsHash}|${manifest?.importedAt}`;
  const known = open.get(key);
  if (known !== undefined) return known;
  const dataset = openDataset(home, name);
  open.clear();
  const made = { ...dataset, byId: new Map(dataset.questions.map((question) => [question.id, question])) };
  open.set(key, made);
  return made;
}

/** The imported question of an id (`DATASET/...`) with its data set, or null where there is none. */
export async function importedQuestion(
  context: ApiContext,
  id: string,
): Promise<{ readonly dataset: Dataset; readonly question: Question } | null> {
  const { listDatasets } = await import('../tasks/import/dataset-folder.ts');
  const [name = ''] = id.split('/');
  if (!listDatasets(context.store.paths.home).some((one) => one.name === name)) return null;
  const dataset = await datasetOf(context, name);
  const question = dataset.byId.get(id);
  return question === undefined ? null : { dataset, question };
}
