/** What can be done with a study, as menu items: on the list of studies and on the study's own page. */
import type { RunState } from '../../shared/run/run-events.ts';
import { api, type Outputs } from '../api/client.ts';
import { saveFile } from '../files/save-file.ts';
import { count } from '../text/format.ts';
import type { MenuItem } from '../ui/controls/Menu.svelte';
import { actions } from './actions.svelte.ts';
import { attempt, toasts } from './toasts.svelte.ts';

type Study = Outputs['studies']['list']['studies'][number];

/** Does something with a study and tells `onchange`; `undo` is offered with the message. */
export async function changeStudy(
  onchange: () => unknown,
  action: () => Promise<unknown>,
  done?: string,
  undo?: () => Promise<unknown>,
): Promise<void> {
  await attempt(action, done, undo && (() => void changeStudy(onchange, undo)));
  onchange();
}

/** The menu of a study that is not in the trash. */
export function studyMenu(study: Study, onchange: () => unknown, onrename: () => unknown): MenuItem[] {
  const { id, name } = study;
  const archived = study.archivedAt !== null;
  const change = (action: () => Promise<unknown>, done?: string, undo?: () => Promise<unknown>) =>
    changeStudy(onchange, action, done, undo);
  return [
    { text: 'Rename…', action: onrename },
    { text: 'Export as an archive…', action: () => actions.exportStudy({ id, name }) },
    { text: 'Save a report', action: () => saveReport({ id, name }) },
    { text: 'Resume unfinished runs', action: () => change(() => fillGaps(id)) },
    {
      text: 'Stop',
      disabled: !study.states.running && !study.states.queued,
      action: () => change(() => api.studies.stop.mutate({ id }), 'Stopping after the current step'),
    },
    {
      text: archived ? 'Move out of the archive' : 'Archive',
      action: () =>
        change(
          () => api.studies.archive.mutate({ id, archived: !archived }),
          archived ? `${name} moved out of the archive` : `${name} archived`,
          () => api.studies.archive.mutate({ id, archived }),
        ),
    },
    {
      text: 'Move to the trash',
      danger: true,
      action: () =>
        change(
          () => api.studies.trash.mutate({ id }),
          `${name} moved to the trash`,
          () => api.studies.restore.mutate({ id }),
        ),
    },
  ];
}

/** Gives the browser a study's report to save: one HTML file. */
export function saveReport({ id, name }: Pick<Study, 'id' | 'name'>): Promise<boolean> {
  return attempt(async () => saveFile(`${name}.html`, await api.reports.file.query({ id })));
}

/** What a press on Stop does to a run in this state. */
export const stopSays = (state: RunState) =>
  state === 'queued' ? 'Removed from the queue' : 'Stopping after the current step';

/** Keeps the notes and the tags of a study. */
export async function saveStudyNotes(id: number, notes: string, tags: string[]): Promise<void> {
  await api.studies.note.mutate({ id, notes });
  await api.studies.tag.mutate({ id, tags });
}

/** Queues what a study's matrix lacks and says how much that was. */
export async function fillGaps(id: number): Promise<void> {
  const { added, queued } = await api.studies.fill.mutate({ id });
  const again = added === 0 ? '' : `, ${added} of them missing until now`;
  toasts.done(queued === 0 ? 'All runs are finished' : `${count(queued, 'run')} queued${again}`);
}
