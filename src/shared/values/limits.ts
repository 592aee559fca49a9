/**
 * How much of anything is taken from a file, a request or an archive of somebody else. Each bound stands here once; what is beyond it is
 * refused where it comes in, so that no reader later makes a list as long as a number in a row says.
 */

/** The bounds: lengths in characters, the rest counts. */
export const LIMITS = {
  /** The largest step: programs count samples or tokens as steps, so there is no list with an entry for every step up to it. */
  step: 1e12,
  /** Questions of a step and responses of a question, the settings' largest values. */
  questionsPerStep: 4096,
  numGenerations: 512,
  /** Everything else that is counted: tokens, questions, bytes of a checkpoint. */
  count: 2 ** 50,
  /** Milliseconds since 1970: the end of the year 9999. */
  time: 253_402_300_799_999,

  /** Runs of one request. */
  runsAtOnce: 2000,

  runName: 100,
  metricName: 200,
  /** Names of other things: benchmarks, templates, raters, hashes. */
  label: 200,
  title: 200,
  description: 2000,
  notes: 50_000,
  tag: 40,
  tags: 50,
  yaml: 500_000,
  /** Why a run is paused or failed, an error's text. */
  reason: 20_000,
  /** A question or its answer: what a prompt can hold. */
  question: 100_000,
  /** A response: 32,768 tokens of 128 characters. */
  response: 4 * 2 ** 20,
  /** A JSON value in a column. */
  json: 2 ** 20,

  /** One line of a text file of records, in bytes. */
  line: 16 * 2 ** 20,
} as const;
