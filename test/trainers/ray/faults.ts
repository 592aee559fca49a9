/** What goes wrong at the fake cluster, and on the way to it. */

/** What goes wrong now; to be set at any time. */
export interface Faults {
  away?: boolean; // connections break off
  answers?: { status: number; text: string }; // to everything
  logs?: (text: string, id: string) => string; // what is left of a log
  pending?: boolean; // new jobs that train wait
  beforeJob?: (() => void) | undefined; // just before the next job begins
  noLogEnds?: boolean; // a Ray that gives logs whole only
  noAgent?: boolean; // the head is back, and nothing else is
  dropSubmission?: boolean; // the next submission is taken, and its answer lost
}
