/**
 * What a person finds in a packed study: README.md, site.env (the one file to fill in), requirements.txt and, for SLURM, an array script with
 * the line that submits it.
 */
import { chmodSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentSize } from '../environment/environment-folder.ts';
import { OLDEST_PYTHON } from '../environment/find-python.ts';
import { pinnedPackages } from '../environment/pinned-packages.ts';
import { PACK_FILES } from './pack-file.ts';
import { modelBytes, type PackedModel } from './write-package.ts';

/** Where a package can go. */
export const PACK_TARGETS = ['folder', 'slurm'] as const;
/** One of them. */
export type PackTarget = (typeof PACK_TARGETS)[number];

/** Models up to this size come along; larger ones are named in site.env. */
const CARRIED_BYTES = 64 << 20;

/** What is packed. */
export interface SiteParts {
  readonly study: string;
  readonly runs: number;
  readonly models: readonly PackedModel[];
  /** Packages that its settings need beside the pinned ones. */
  readonly extras: readonly string[];
}

/** Writes them, and copies models that are small. Returns the models that the user has to bring. */
export function writeSiteFiles(
  folder: string,
  target: PackTarget,
  { study, runs, models, extras }: SiteParts,
): PackedModel[] {
  const carried = models.filter((model) => modelBytes(model.folder) <= CARRIED_BYTES);
  for (const model of carried)
    cpSync(model.folder, join(folder, 'models', model.variable), { recursive: true, dereference: true });
  const places = models.map((model) => {
    const isCarried = carried.includes(model);
    return `${isCarried ? '' : `# ${model.folder} on the machine that packed\n`}${model.variable}=${isCarried ? `models/${model.variable}` : ''}`;
  });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write(PACK_FILES.site, site(target, places));
  write('requirements.txt', `${[...pinnedPackages(), ...extras].join('\n')}\n`);
  write('README.md', readme(target, study, runs));
  if (target === 'slurm') {
    write('array.sbatch', ARRAY);
    write('submit.sh', submit(runs));
    chmodSync(join(folder, 'submit.sh'), 0o755);
  }
  return models.filter((model) => !carried.includes(model));
}

function site(target: PackTarget, places: readonly string[]): string {
  const slurm = `
# SLURM. Empty: the site's own default.
ACCOUNT=
PARTITION=
TIME=24:00:00
GPUS=1
CPUS=8
MEMORY=64G
AT_ONCE=8
`;
  return `# The one file to fill in. NAME=value; a value with spaces in quotes. Relative paths start at this folder.

# A Python that has the packages of requirements.txt.
PYTHON=venv/bin/python
# Where events and checkpoints go.
OUT=${PACK_FILES.out}
# Where the models lie.
${places.join('\n')}
${target === 'slurm' ? slurm : ''}`;
}

const ARRAY = `#!/bin/bash
# One run for each task; submit.sh submits it. Two minutes before its time is up a run is asked to save and end.
#SBATCH --signal=B:TERM@120
#SBATCH --output=slurm-%A_%a.out
. ./site.env
exec "\${PYTHON:-python3}" run.py --task "$SLURM_ARRAY_TASK_ID"
`;

const submit = (runs: number) => `#!/bin/bash
# Submits every run as a task of one array. Again after a time limit: finished runs end at once, others go on.
set -eu
cd "$(dirname "$0")"
. ./site.env
exec sbatch --job-name=sophia --array="0-${runs - 1}%\${AT_ONCE:-8}" \\
  \${ACCOUNT:+--account="$ACCOUNT"} \${PARTITION:+--partition="$PARTITION"} \${TIME:+--time="$TIME"} \\
  \${GPUS:+--gpus-per-task="$GPUS" --ntasks=1} \${CPUS:+--cpus-per-task="$CPUS"} \${MEMORY:+--mem="$MEMORY"} array.sbatch
`;

function readme(target: PackTarget, study: string, runs: number): string {
  const start =
    target === 'slurm'
      ? '    ./submit.sh                   # one array job, a task for each run'
      : '    python3 run.py all            # one run after the other; or name one';
  return `# ${study}: ${runs} runs, packed

Trains with TRL wherever there is Python ${OLDEST_PYTHON} or newer; on a GPU where PyTorch sees one.

    python3 -m venv venv          # ${environmentSize} with what follows
    venv/bin/pip install -r requirements.txt
    # fill in site.env: paths${target === 'slurm' ? ', account' : ''}
${start}
    python3 run.py                # lists the runs and where they stand

A run whose thinking reward an endpoint gives finds its key in the variable that its settings name, and sends it only to
hosts that SOPHIA_KEY_HOSTS of your environment says, such as OPENAI_API_KEY=https://api.openai.com.

A run that is started again goes on from its newest checkpoint. What the runs say comes into the lab by

    bin/sophia run import THIS_FOLDER

while they run and after; what is there already is not taken twice.
`;
}
