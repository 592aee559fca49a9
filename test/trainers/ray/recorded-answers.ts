/** What a real head of Ray 2.60.0 says, recorded by hand; real-head.test.ts compares. */
import type { ChildProcess } from 'node:child_process';

/** A job as the fake has it. */
export interface Job {
  status: 'PENDING' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED';
  message: string;
  errorType: string | null;
  code: number | null;
  endedAt: number | null;
  isToEnd?: boolean; // a stop that it hears of once it has begun
  readonly body: {
    submission_id: string;
    entrypoint: string;
    runtime_env: { working_dir: string; pip?: string[] };
  } & Record<string, unknown>;
  readonly log: string; // path
  child?: ChildProcess;
}

/** What a waiting job is told to wait for. */
export const WAITS = ' It may be waiting for resources (CPUs, GPUs, memory, custom resources) to become available.';
export const SETS_UP = ' It may be waiting for the runtime environment to be set up.';
/** Of a job whose node is gone. */
export const DIED =
  'Job supervisor actor died: The actor died unexpectedly before finishing this task.\n\tclass_name: JobSupervisor\n';
/** Of a job that Ray gave up. */
export const WAITED =
  'Job supervisor actor failed to start within 900 seconds. This timeout can be configured by setting the environment variable RAY_JOB_START_TIMEOUT_SECONDS.';

/** The node that jobs run on. */
export const NODE = 'd0299346779688303816ee691e081ea0d488cd49c647f286d2172336';

/** A job as Ray tells of it. */
export function told({ status, message, errorType, code, endedAt, body }: Job) {
  const { submission_id, entrypoint, runtime_env } = body;
  const begun = status !== 'PENDING';
  return {
    type: 'SUBMISSION',
    job_id: null,
    submission_id,
    driver_info: null,
    status,
    entrypoint,
    message,
    error_type: errorType,
    start_time: 1795934570345,
    end_time: endedAt,
    metadata: body.metadata ?? null,
    runtime_env,
    driver_agent_http_address: begun ? 'http://192.0.2.2:52365' : null,
    driver_node_id: begun ? NODE : null,
    driver_exit_code: code,
  };
}

/** An error of the agent as the head passes it on. */
export const nested = (line: string): string =>
  `Traceback (most recent call last):\n  File "job_head.py", line 419, in submit_job\nRuntimeError: Request failed with status code 400: Traceback (most recent call last):\n  File "job_agent.py", line 45, in submit_job\n${line}\n.\n`;

/** What a job's log begins with. */
export const begun = ({ body }: Job): string =>
  `2026-11-29 06:38:56,454\tINFO job_manager.py:581 -- Runtime env is setting up.\nRunning entrypoint for job ${body.submission_id}: ${body.entrypoint}\n`;
