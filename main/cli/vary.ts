import { variedSettings as settingsOf, type VariedSetting } from '../../shared/report/sweep/vary.ts'
import { UsageError } from './command.ts'

/** `--vary PATH=A,B,C`, each time it was given. Throws a UsageError. */
export function variedSettings(texts: readonly string[]): VariedSetting[] {
  const settings = settingsOf(texts, { option: '--vary', seeds: '--seeds N' })
  if (!settings.ok) throw new UsageError(settings.error)
  return settings.value
}
