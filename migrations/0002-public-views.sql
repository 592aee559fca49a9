-- Stable views for sqlite3, pandas and anyone else. Runs in the trash and cut-off branches are left out.

CREATE VIEW v_metrics AS
SELECT s.name AS study, r.variant AS variant, r.name AS run, r.seed AS seed, m.step AS step, n.name AS name, m.value AS value
FROM studies s
JOIN runs r ON r.study_id = s.id
JOIN metrics m ON m.run_id = r.id
JOIN metric_names n ON n.id = m.metric_id
WHERE s.trashed_at IS NULL AND r.trashed_at IS NULL AND r.cut_from IS NULL;

CREATE VIEW v_responses AS
SELECT s.name AS study, r.variant AS variant, r.name AS run, r.seed AS seed, p.step AS step, q.question AS question,
  p.sample AS sample, p.text AS text, p.outcome_reward AS outcome_reward, p.thinking_reward AS thinking_reward,
  p.mu_c AS mu_c, p.mu_w AS mu_w, p.gamma AS gamma, p.decay AS decay, p.alpha AS alpha, p.reward AS reward,
  p.advantage AS advantage
FROM studies s
JOIN runs r ON r.study_id = s.id
JOIN responses p ON p.run_id = r.id
JOIN questions q ON q.id = p.question_id
WHERE s.trashed_at IS NULL AND r.trashed_at IS NULL AND r.cut_from IS NULL;

-- Greedy evaluations: accuracy is the share of right answers.
CREATE VIEW v_evaluations AS
SELECT s.name AS study, r.variant AS variant, r.name AS run, r.seed AS seed, e.step AS step, e.benchmark AS benchmark,
  CAST(e.correct AS REAL) / NULLIF(e.questions, 0) AS accuracy, e.questions AS questions
FROM studies s
JOIN runs r ON r.study_id = s.id
JOIN evaluations e ON e.run_id = r.id
WHERE e.mode = 'greedy' AND s.trashed_at IS NULL AND r.trashed_at IS NULL AND r.cut_from IS NULL;

-- Evaluations sampled at temperature 1: mean outcome reward of one sample per question.
CREATE VIEW v_sampled_evaluations AS
SELECT s.name AS study, r.variant AS variant, r.name AS run, r.seed AS seed, e.step AS step, e.benchmark AS benchmark,
  e.mean_outcome AS mean_outcome, e.questions AS questions
FROM studies s
JOIN runs r ON r.study_id = s.id
JOIN evaluations e ON e.run_id = r.id
WHERE e.mode = 'sampled' AND s.trashed_at IS NULL AND r.trashed_at IS NULL AND r.cut_from IS NULL;
