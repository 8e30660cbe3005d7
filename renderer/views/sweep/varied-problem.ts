import { variedSetting, WINDOW_WORDS } from '../../../shared/report/sweep/vary.ts'
import type { VariedField } from '../../stores/sweeps.ts'
import type { SweepSetting } from './settings.ts'

/** What is wrong with the values of one setting by themselves, as a sentence; null where nothing is. */
export function problemOf({ path, text }: VariedField, setting: SweepSetting | undefined): string | null {
  if (text.trim() === '') {
    return setting?.options === null || setting === undefined
      ? 'Type its values, separated by commas.'
      : 'Choose what it should be in turn.'
  }
  const parsed = variedSetting(`${path}=${text}`, WINDOW_WORDS)
  return parsed.ok ? null : parsed.error
}
