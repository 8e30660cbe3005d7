import type { BroughtRun, Comparison } from '../../shared/report/compare/document.ts'
import { settingText } from '../../shared/report/compare/settings.ts'
import { breaches, figureTable, heldSentence, letterOf, runWords } from '../../shared/report/compare/words.ts'
import { shortened } from '../../shared/report/escape.ts'
import { listed } from '../../shared/base/listed.ts'
import { plain, tableText, type Cell } from './table.ts'

/** Settings that a terminal shows; reports and `--json` have all of them. */
const SETTINGS_MAX = 20
const VALUE_CHARS_MAX = 40

/** A comparison for a person at a terminal: which runs, the figures, the settings that differ, what is not tolerated. */
export function compareText(
  comparison: Comparison,
  runs: readonly BroughtRun[],
  written: readonly string[],
): string {
  const { columns, rows } = figureTable(runs)
  // The first run's figures, then each other's with the difference beside it.
  const cells = (row: readonly string[]): Cell[] =>
    row.map((text, column) => (column === 1 || (column > 0 && column % 2 === 0) ? { right: text } : text))
  const warnings = comparison.warnings.map((warning) => `warning: ${plain(warning)}\n`).join('')
  const held = heldSentence(comparison)
  const bad = breaches(comparison).map(({ status, text }): Cell[] => [status, text])
  return [
    tableText(runs.map((run, i) => [letterOf(i), run.label, runWords(run)])),
    ...(warnings === '' ? [] : [warnings]),
    tableText([columns, ...rows].map(cells)),
    settingsText(comparison),
    ...(held === '' ? [] : [`${held}\n${tableText(bad, '  ')}`]),
    ...(written.length === 0 ? [] : [`Written: ${plain(listed(written))}\n`]),
  ].join('\n')
}

function settingsText({ settings, runs }: Comparison): string {
  if (settings.length === 0) return 'The topologies do not differ.\n'
  const shown = settings.slice(0, SETTINGS_MAX)
  const more = settings.length - shown.length
  return [
    tableText([
      ['setting', ...runs.map((_, i) => letterOf(i))],
      ...shown.map(({ path, values }) => [
        path,
        ...values.map((value) => shortened(settingText(value), VALUE_CHARS_MAX)),
      ]),
    ]),
    more > 0 ? `and ${more} more; --json has all of them\n` : '',
  ].join('')
}
