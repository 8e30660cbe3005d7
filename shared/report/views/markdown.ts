import { escapeHtml, shortened } from '../escape.ts'
import { shownEvidence } from '../evidence/shown.ts'
import { faultNumber } from '../charts/frame.ts'
import { ERRORS, type ErrorCode } from '../../protocols/contract.ts'
import { formatCount, formatMs, formatNumber, formatPercent } from '../numbers.ts'
import type { GuaranteeResult, Report } from '../types.ts'
import { busiestShard, expectationSentence, verdictSentences } from '../words.ts'
import { measuredText } from '../measured-text.ts'
import { LATENESS_COLUMNS, latenessRows, LINK_COLUMNS, linkRows, timingRows } from './timing-rows.ts'

/** Of the links that were latest. */
const LINKS_SHOWN = 3
const FOUND_MAX = 300

const SIGN = { met: '✓', missed: '✕', holds: '✓', violated: '✕', undecided: '?' } as const

/** The report in brief as GitHub-flavoured Markdown, to paste into an issue or a pull request. */
export function markdownReport(report: Report): string {
  const { topology, latencyMs, staleness, availability, throughput, load } = report
  const busiest = busiestShard(load)
  const conclusion = expectationSentence(report.expectations)
  const parts = [
    `# ${escapeMarkdown(topology.name)}`,
    paragraph(verdictSentences(report).join(' ')) + (conclusion === '' ? '' : ` **${conclusion}**`),
  ]
  if (report.expectations.length > 0) {
    parts.push(
      '## Expectations',
      markdownTable(
        'llrl',
        ['Expectation', 'Verdict', 'Measured', 'Why'],
        report.expectations.map((result) => [
          result.text,
          `${SIGN[result.status]} ${result.status}`,
          measuredText(result),
          result.reason,
        ]),
      ),
    )
  }
  parts.push(
    '## Figures',
    markdownTable(
      'lrrrrrr',
      ['', 'p50', 'p90', 'p99', 'p99.9', 'slowest', 'operations'],
      (['read', 'write', 'scan'] as const)
        .filter((operation) => latencyMs[operation].count > 0)
        .map((operation) => {
          const { p50, p90, p99, p999, max, count } = latencyMs[operation]
          return [
            `${operation} latency`,
            ...[p50, p90, p99, p999, max].map((ms) => formatMs(ms)),
            formatCount(count),
          ]
        }),
    ),
    markdownTable(
      'lr',
      ['Quantity', 'Value'],
      [
        [
          'stale reads',
          `${formatPercent(staleness.staleFraction)} (${formatCount(staleness.staleReads)} of ${formatCount(staleness.reads)})`,
        ],
        ['availability', formatPercent(availability.overall)],
        ['availability outside fault windows', formatPercent(availability.calm)],
        ['longest time without a read', formatMs(availability.outages.read?.ms ?? null)],
        ['longest time without a write', formatMs(availability.outages.write?.ms ?? null)],
        ['throughput', `${formatNumber(throughput.okPerS)} per second`],
        ['messages per operation', formatNumber(load.messagesPerOperation)],
        ...(busiest === null ? [] : [['busiest shard', busiest]]),
      ],
    ),
    `A read is stale when a newer version of its key had been acknowledged before the read began.`,
    '## Settings',
    markdownTable(
      'lll',
      ['Setting', 'Value', 'Consequence'],
      report.settings.map(({ label, value, consequence }) => [label, value, consequence]),
    ),
  )
  if (report.faults.length > 0) {
    parts.push(
      '## Faults',
      markdownTable(
        'llrrr',
        ['No.', 'Fault', 'From', 'To', 'Succeeded'],
        report.faults.map((fault) => [
          faultNumber(report.faults, fault.index),
          fault.label,
          formatMs(fault.fromMs),
          formatMs(fault.toMs),
          formatPercent(availability.windows.find((window) => window.fault === fault.index)?.overall ?? null),
        ]),
      ),
    )
  }
  const errors = Object.entries(availability.errors).filter(([, count]) => count > 0)
  if (errors.length > 0) {
    errors.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    parts.push(
      '## Errors',
      markdownTable(
        'lrl',
        ['Error', 'Operations', 'Meaning'],
        errors.map(([code, count]) => [
          code,
          formatCount(count),
          Object.hasOwn(ERRORS, code) ? ERRORS[code as ErrorCode].sentence : '',
        ]),
      ),
    )
  }
  if (report.live !== null) {
    parts.push(
      '## Timing',
      markdownTable('lrrrrrr', ['', ...LATENESS_COLUMNS], latenessRows(report.live)),
      markdownTable('ll', ['Quantity', 'Value'], timingRows(report.live)),
    )
    const links = linkRows(report.live).slice(0, LINKS_SHOWN)
    if (links.length > 0) parts.push(markdownTable('llrrr', LINK_COLUMNS, links))
  }
  if (report.agreement !== null) parts.push('## Prediction', paragraph(report.agreement.sentence))
  if (report.guarantees.length > 0) {
    parts.push(
      '## Guarantees',
      ...(report.strongestLevel === undefined
        ? []
        : [paragraph(`Strongest level observed: ${report.strongestLevel}.`)]),
      markdownTable(
        'lll',
        ['Guarantee', 'Verdict', 'What was found'],
        report.guarantees.map((result) => [
          result.name,
          `${SIGN[result.status]} ${result.status}`,
          found(result),
        ]),
      ),
    )
  }
  const { tool, version, command } = report.provenance
  parts.push(
    `---\n\n${escapeMarkdown(`${tool} ${version}, ${report.runtime}, seed ${report.seed}.`)} To reproduce:`,
    codeBlock(command),
  )
  return `${parts.join('\n\n')}\n`
}

/** The proof or the reason in a sentence. */
function found({ evidence, because }: GuaranteeResult): string {
  if (typeof because === 'string') return `follows from ${because}`
  const text = typeof evidence === 'string' ? evidence : (shownEvidence(evidence)?.sentence ?? '')
  return shortened(text, FOUND_MAX)
}

/** `align` has a letter per column: l for text, r for figures. */
export function markdownTable(
  align: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`
  const rule = `|${[...align].map((side) => (side === 'r' ? ' ---: ' : ' --- ')).join('|')}|`
  return [line(columns), rule, ...rows.map(line)].join('\n')
}

/** A paragraph of its own: what would begin a heading, a list or a rule there does not. */
function paragraph(text: string): string {
  return escapeMarkdown(text.trim())
    .replace(/^([#+=-])/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
}

/** Text that Markdown shows as it is: on one line, with HTML, pipes, links, mentions and emphasis defused. */
export function escapeMarkdown(text: string): string {
  return escapeHtml(text.replace(/\s+/g, ' '))
    .replace(/&#39;/g, "'")
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/@(?=\w)/g, '@\u200b')
    .replace(/\b(https?|ftp|javascript|data|www)(?=[:.])/gi, '$1\u200b')
}

/** The fence is longer than any run of backticks inside, so that nothing inside can close it. */
/** A command to copy. */
export function codeBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}sh\n${text.replace(/[\r\n]+/g, ' ')}\n${fence}`
}
