/** How a process that computes is kept to its share of the cores. */

/** Variables that bound a native library to a number of threads. */
export function threadVariables(threads: number): NodeJS.ProcessEnv {
  const count = String(Math.max(1, threads));
  return {
    TF_NUM_INTRAOP_THREADS: count,
    TF_NUM_INTEROP_THREADS: '1',
    OMP_NUM_THREADS: count,
    TF_CPP_MIN_LOG_LEVEL: '2',
  };
}
