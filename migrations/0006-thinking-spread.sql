-- Standard deviation of a response's thinking reward over the dropout passes; null where no passes were made.
ALTER TABLE responses ADD COLUMN thinking_spread REAL;
