/** The texts that a judge reads which writes its score, as the command line gives them: for annotators, raters and trainings alike. */
import { parseSettings } from '../../../shared/settings/setting-paths.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { judgePromptOf } from './judge-prompt.ts';

/** What the command line gives; not there: the program's own texts. */
export interface JudgeFlags {
  readonly judgeSystem?: string;
  readonly judgePrompt?: string;
}

/** The same as the settings reward.judge hold it. */
export function judgeOf({ judgeSystem = '', judgePrompt = '' }: JudgeFlags): Settings['reward']['judge'] {
  return { systemText: judgeSystem, prompt: judgePromptOf(judgePrompt) };
}

/** The texts, checked. @throws SophiaError 'usage' where the prompt does not say where question and reasoning stand */
export function checkedJudge(judge: Settings['reward']['judge']): Settings['reward']['judge'] {
  return parseSettings({ reward: { judge } }, 'judge').reward.judge;
}
