import { escapeMarkdown, codeBlock, markdownTable } from '../../views/markdown.ts'
import type { BroughtRun, Comparison } from '../document.ts'
import { settingText } from '../settings.ts'
import { breaches, figureTable, heldSentence, letterOf, runWords } from '../words.ts'

/** A comparison as GitHub-flavoured Markdown, to paste into a pull request. */
export function markdownComparison(comparison: Comparison, runs: readonly BroughtRun[]): string {
  const { settings, warnings, held, provenance } = comparison
  const { columns, rows } = figureTable(runs)
  const letters = runs.map((_, i) => letterOf(i))
  const found = breaches(comparison).map(({ status, text }) => `- **${status}** ${escapeMarkdown(text)}`)
  const parts = [
    `# ${escapeMarkdown(titleOf(runs))}`,
    markdownTable(
      'lll',
      ['Run', 'Name', 'What ran'],
      runs.map((run, i) => [letterOf(i), run.label, runWords(run)]),
    ),
    ...warnings.map((warning) => `**Not quite comparable:** ${escapeMarkdown(warning)}`),
    ...(held === null
      ? []
      : [
          '## Tolerance',
          escapeMarkdown(heldSentence(comparison)),
          ...(found.length === 0 ? [] : [found.join('\n')]),
        ]),
    '## Figures',
    markdownTable(`l${'r'.repeat(columns.length - 1)}`, columns, rows),
    ...(settings.length === 0
      ? ['The topologies do not differ.']
      : [
          '## Settings that differ',
          markdownTable(
            `l${'l'.repeat(letters.length)}`,
            ['Setting', ...letters],
            settings.map(({ path, values }) => [path, ...values.map(settingText)]),
          ),
        ]),
    `---\n\n${escapeMarkdown(`${provenance.tool} ${provenance.version}.`)} To reproduce:`,
    codeBlock(provenance.command),
  ]
  return `${parts.join('\n\n')}\n`
}

export function titleOf(runs: readonly BroughtRun[]): string {
  return runs.map(({ label }) => label).join(' against ')
}
