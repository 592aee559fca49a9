/**
 * Every table of studies and runs, column by column: what may stand there. The migrations make the tables, test/store/schema/tables.test.ts holds
 * this declaration against them; imports of archives check by it (check-row.ts), row types come from it (rows.ts).
 */

import { EVALUATION_MODES } from '../../../shared/kinds/evaluation-mode.ts';
import { namesOf } from '../../../shared/kinds/kind.ts';
import { ANSWER_TYPES, CATEGORIES, SPLIT_NAME } from '../../../shared/question.ts';
import { RUN_STATES } from '../../../shared/run/run-events.ts';
import { tokenBytesFault } from '../../../shared/run/token-values.ts';
import { USUAL_VIEW, VIEW_LIMITS, viewShape } from '../../../shared/run-table/view.ts';
import { REGISTERED_BY } from '../../../shared/study/registration.ts';
import { NAME, NAME_HOLDS } from '../../../shared/study/study.ts';
import { LIMITS } from '../../../shared/values/limits.ts';
import {
  bytes,
  count,
  flag,
  id,
  int,
  json,
  label,
  named,
  oneOf,
  orNull,
  real,
  share,
  step,
  text,
  time,
} from './column.ts';
import {
  EVENT_KINDS,
  environmentShape,
  eventDataShape,
  howShape,
  imageShape,
  planShape,
  runSettingsShape,
  sceneShape,
  tagsShape,
} from './json-shapes.ts';
import { RESPONSE_COLUMNS } from './response-columns.ts';
import { TRM_TABLES } from './trm-tables.ts';

/** Longest URI of a checkpoint, and longest reference of a trainer. */
const PLACE = 4096;

/** Tags, none where they cannot be read. */
const tags = () =>
  json(tagsShape, {
    isSound: (value) => Array.isArray(value) && value.every((tag) => typeof tag === 'string'),
    otherwise: [],
  });

/** A checked study, without which its row is nothing. */
const plan = (neededBy: string) =>
  json(planShape, { isSound: (value) => planShape.safeParse(value).success, neededBy });

/** An answer to a question and what it is worth, in an evaluation or asked for by somebody. */
const JUDGED_ANSWER = {
  position: count(),
  question_id: id(),
  outcome_reward: share(),
  correct: flag(),
  exact: orNull(flag()),
  text: text(LIMITS.response),
};

/** A saved view of a table of runs; the usual one where it cannot be read. */
const SAVED_VIEW = {
  id: id(),
  name: label(VIEW_LIMITS.name),
  view: json(viewShape, { isSound: (value) => viewShape.safeParse(value).success, otherwise: USUAL_VIEW }),
  created_at: time(),
  updated_at: time(),
};

const RUN_TABLES = {
  studies: {
    id: id(),
    name: named(NAME, NAME_HOLDS),
    hash: label(),
    description: text(LIMITS.description),
    yaml: text(LIMITS.yaml),
    plan: plan('Study'),
    notes: text(LIMITS.notes),
    tags: tags(),
    created_at: time(),
    archived_at: orNull(time()),
    trashed_at: orNull(time()),
    registered_at: orNull(time()),
    registered_by: orNull(oneOf(REGISTERED_BY, true)),
  },
  registrations: {
    id: id(),
    hash: label(),
    name: named(NAME, NAME_HOLDS),
    plan: plan('Registration'),
    registered_at: time(),
  },
  study_views: { study_id: id(), ...SAVED_VIEW },
  home_views: SAVED_VIEW,
  runs: {
    id: id(),
    study_id: id(),
    name: label(),
    variant: named(NAME, NAME_HOLDS),
    seed: int(0, 4294967295),
    state: oneOf(RUN_STATES, true),
    reason: orNull(text(LIMITS.reason)),
    error_code: orNull(label()),
    settings: json(runSettingsShape, { neededBy: 'Run' }),
    config_hash: label(),
    attempt: count(1_000_000),
    step: step(),
    total_steps: step(),
    phase: orNull(label()),
    phase_done: orNull(count()),
    phase_total: orNull(count()),
    cut_from: orNull(id()),
    cut_step: orNull(step()),
    created_at: time(),
    started_at: orNull(time()),
    updated_at: orNull(time()),
    finished_at: orNull(time()),
    seconds: orNull(real(0, LIMITS.count)),
    weights_hash: orNull(label()),
    pid: orNull(count()),
    colour_index: count(1_000_000),
    notes: text(LIMITS.notes),
    tags: tags(),
    pinned: flag(),
    trashed_at: orNull(time()),
  },
  run_attempts: {
    run_id: id(),
    attempt: count(1_000_000),
    from_step: step(),
    started_at: time(),
    pid: orNull(count()),
    environment: orNull(json(environmentShape, {})),
    trainer: label(),
    reference: orNull(text(PLACE)),
    sequence: count(),
  },
  questions: {
    id: id(),
    question: label(),
    hash: text(LIMITS.label),
    category: orNull(oneOf(CATEGORIES)),
    answer_type: orNull(oneOf(namesOf(ANSWER_TYPES))),
    split: orNull(named(SPLIT_NAME, 'small letters, digits, dots and dashes')),
    template: orNull(label()),
    text: orNull(text(LIMITS.question)),
    answer: orNull(text(LIMITS.question)),
    image: orNull(json(imageShape, {})),
    scene: orNull(json(sceneShape, {})),
  },
  metric_names: { id: id(), name: label(LIMITS.metricName) },
  metrics: { run_id: id(), metric_id: id(), step: step(), value: orNull(real()) },
  responses: {
    id: id(),
    run_id: id(),
    step: step(),
    group_index: count(LIMITS.questionsPerStep - 1),
    question_id: id(),
    ...RESPONSE_COLUMNS,
  },
  response_tokens: {
    id: id(),
    response_id: id(),
    weights_step: step(),
    is_recorded: flag(),
    weights_hash: orNull(label()),
    data: bytes(LIMITS.response, tokenBytesFault),
  },
  evaluations: {
    id: id(),
    run_id: id(),
    step: step(),
    benchmark: label(),
    mode: oneOf(namesOf(EVALUATION_MODES), true),
    benchmark_hash: label(),
    questions: count(),
    correct: count(), // outcome rewards of at least 0.5
    exact: orNull(count()), // answers right by their type's own rule; null: recorded before that was judged
    mean_outcome: orNull(share()),
    at: time(),
  },
  evaluated_questions: {
    evaluation_id: id(),
    ...JUDGED_ANSWER,
  },
  answer_sets: {
    id: id(),
    run_id: id(),
    step: step(),
    weights_hash: label(),
    benchmark: label(),
    benchmark_hash: label(),
    how_hash: label(),
    how: json(howShape, { otherwise: {} }),
    wanted: count(),
    asked: count(),
    done: count(),
    at: time(),
  },
  given_answers: {
    set_id: id(),
    ...JUDGED_ANSWER,
  },
  checkpoints: { run_id: id(), step: step(), uri: text(PLACE), hash: label(), bytes: count(), at: time() },
  events: {
    seq: id(),
    run_id: id(),
    attempt: count(1_000_000),
    kind: oneOf(EVENT_KINDS),
    step: step(),
    at: time(),
    data: orNull(json(eventDataShape, {})),
    sequence: orNull(count()),
  },
  unfinished_work: {
    kind: oneOf(['study', 'run'], true),
    id: id(),
    work: oneOf(['import', 'deletion'], true),
  },
};

/** Every table by name, and every column of it. */
export const TABLES = { ...RUN_TABLES, ...TRM_TABLES };
/** A table's name. */
export type TableName = keyof typeof TABLES;
