-- Values of a response's tokens, where they were kept (logging.tokensEvery) or computed afterwards (`run tokens`): src/shared/run/token-values.ts.
-- No row: not kept. weights_step: the step after which the policy had the weights that gave them; weights_hash: the checkpoint they were read
-- from, null where the run itself kept them while it trained or where they are those it began with.
CREATE TABLE response_tokens (
  id INTEGER PRIMARY KEY,
  response_id INTEGER NOT NULL UNIQUE REFERENCES responses (id) ON DELETE CASCADE,
  weights_step INTEGER NOT NULL,
  is_recorded INTEGER NOT NULL, -- 1: by the run while it trained
  weights_hash TEXT,
  data BLOB NOT NULL
) STRICT;
