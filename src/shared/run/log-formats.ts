/** Formats in which metrics of a run come from other programs and go to them. */

/** Files that a run is written as: TensorBoard's events, and a row per step. */
export const FILE_FORMATS = ['tensorboard', 'parquet', 'jsonl'] as const;
/** One of FILE_FORMATS. */
export type FileFormat = (typeof FILE_FORMATS)[number];

/** Logs that are read: Hugging Face's trainer_state.json, and the metric logs of TRL and verl. */
export const LOG_FORMATS = ['trainer-state', 'trl', 'verl'] as const;
/** One of LOG_FORMATS. */
export type LogFormat = (typeof LOG_FORMATS)[number];
