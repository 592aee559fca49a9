-- Whether an answer is right by its type's own rule, beside the outcome reward, which gives fractions. Null: recorded before there was this, or
-- nothing to compare with. evaluations.exact counts the right ones; evaluations.correct goes on counting outcome rewards of at least 0.5.
ALTER TABLE responses ADD COLUMN exact INTEGER;
ALTER TABLE evaluated_questions ADD COLUMN exact INTEGER;
ALTER TABLE evaluations ADD COLUMN exact INTEGER;

-- The index that a walk through a run's responses is filtered on, with the new column.
DROP INDEX responses_by_place;
CREATE INDEX responses_by_place
  ON responses (run_id, step, group_index, sample, outcome_reward, thinking_reward, gamma, question_id, exact);

-- The views with their columns as they were, then the new ones.
DROP VIEW v_responses;
CREATE VIEW v_responses AS
SELECT s.name AS study, r.variant AS variant, r.name AS run, r.seed AS seed, p.step AS step, q.question AS question,
  p.sample AS sample, p.text AS text, p.outcome_reward AS outcome_reward, p.thinking_reward AS thinking_reward,
  p.mu_c AS mu_c, p.mu_w AS mu_w, p.gamma AS gamma, p.decay AS decay, p.alpha AS alpha, p.reward AS reward,
  p.advantage AS advantage, p.exact AS exact
FROM studies s
JOIN runs r ON r.study_id = s.id
JOIN responses p ON p.run_id = r.id
JOIN questions q ON q.id = p.question_id
WHERE s.trashed_at IS NULL AND r.trashed_at IS NULL AND r.cut_from IS NULL;

DROP VIEW v_evaluations;
CREATE VIEW v_evaluations AS
SELECT s.name AS study, r.variant AS variant, r.name AS run, r.seed AS seed, e.step AS step, e.benchmark AS benchmark,
  CAST(e.correct AS REAL) / NULLIF(e.questions, 0) AS accuracy, e.questions AS questions,
  CAST(e.exact AS REAL) / NULLIF(e.questions, 0) AS exact_accuracy, e.mean_outcome AS mean_outcome
FROM studies s
JOIN runs r ON r.study_id = s.id
JOIN evaluations e ON e.run_id = r.id
WHERE e.mode = 'greedy' AND s.trashed_at IS NULL AND r.trashed_at IS NULL AND r.cut_from IS NULL;

DROP VIEW v_sampled_evaluations;
CREATE VIEW v_sampled_evaluations AS
SELECT s.name AS study, r.variant AS variant, r.name AS run, r.seed AS seed, e.step AS step, e.benchmark AS benchmark,
  e.mean_outcome AS mean_outcome, e.questions AS questions,
  CAST(e.exact AS REAL) / NULLIF(e.questions, 0) AS exact_accuracy
FROM studies s
JOIN runs r ON r.study_id = s.id
JOIN evaluations e ON e.run_id = r.id
WHERE e.mode = 'sampled' AND s.trashed_at IS NULL AND r.trashed_at IS NULL AND r.cut_from IS NULL;
