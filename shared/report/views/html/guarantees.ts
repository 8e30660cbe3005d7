import { evidencePicture, numbersOf } from '../../evidence/picture.ts'
import { EDGE_WORDS } from '../../evidence/arrows.ts'
import { instantWords } from '../../evidence/instants.ts'
import { shownEvidence } from '../../evidence/shown.ts'
import type { ReportedEvidence, ShownFault } from '../../evidence/types.ts'
import { escapeHtml, shortened } from '../../escape.ts'
import { formatNumber } from '../../numbers.ts'
import { withVariables } from '../../palette.ts'
import type { GuaranteeResult } from '../../types.ts'
import { chip, folded, prose, table, type Cell } from './elements.ts'

/** Evidence that is none of ours is printed as it is, up to this length; the JSON report has all of it. */
const EVIDENCE_MAX = 4000
const SENTENCE_MAX = 600
const LEGAL_MAX = 60

/** Every verdict, and of those violated the operations that prove it. `id` makes names unique on a page. */
export function guaranteePart(
  guarantees: readonly GuaranteeResult[],
  faults: readonly ShownFault[],
  id: string,
): string {
  const proofs = guarantees.flatMap((result, index) => {
    const evidence = result.status === 'violated' ? shownEvidence(result.evidence) : null
    // What follows from another verdict has that one's proof.
    return evidence === null || typeof result.because === 'string'
      ? []
      : [proofFigure(result, evidence, faults, `${id}-${index}`)]
  })
  return `<div class="stack">\n${[guaranteeTable(guarantees), ...proofs].join('\n')}\n</div>`
}

function guaranteeTable(guarantees: readonly GuaranteeResult[]): string {
  const isAsked = guarantees.some(({ asked }) => typeof asked === 'string')
  return table(
    'Guarantees',
    [
      { title: 'Guarantee' },
      { title: 'Verdict' },
      ...(isAsked ? [{ title: 'Asked' }] : []),
      { title: 'What was found' },
    ],
    guarantees.map((result) => [
      nameCell(result),
      chip(result.status),
      ...(isAsked ? [typeof result.asked === 'string' ? result.asked : ''] : []),
      foundCell(result),
    ]),
  )
}

function nameCell({ name, definition = '' }: GuaranteeResult): Cell {
  if (definition === '') return name
  return { html: `${escapeHtml(name)}<div class="quiet">${prose(definition)}</div>` }
}

function foundCell({ status, evidence, because, figures = {} }: GuaranteeResult): Cell {
  const parts: string[] = []
  if (typeof because === 'string') parts.push(`Follows from ${because}.`)
  else if (typeof evidence === 'string') parts.push(shortened(evidence, EVIDENCE_MAX))
  else if (status === 'violated') {
    const shown = shownEvidence(evidence)
    if (shown === null)
      return { html: `<pre>${escapeHtml(shortened(JSON.stringify(evidence, null, 1), EVIDENCE_MAX))}</pre>` }
    parts.push(`${shortened(shown.sentence, SENTENCE_MAX)}.`)
  }
  const told = Object.entries(figures).map(
    ([figure, value]) => `${figure} ${typeof value === 'number' ? formatNumber(value) : value}`,
  )
  return {
    html: `${prose(parts.join(' '))}${told.length === 0 ? '' : `<div class="quiet">${escapeHtml(told.join(' · '))}</div>`}`,
  }
}

/** One violation: in words, as a picture, as a list. */
function proofFigure(
  { name, definition = '' }: GuaranteeResult,
  evidence: ReportedEvidence,
  faults: readonly ShownFault[],
  id: string,
): string {
  const anomaly = evidence.anomaly === null || evidence.anomaly === name ? '' : `: ${evidence.anomaly}`
  const sentence = `${shortened(evidence.sentence, SENTENCE_MAX)}.`
  const picture =
    evidence.shown.length === 0
      ? ''
      : `<div class="drawing evidence">${withVariables(
          evidencePicture(evidence, faults, `hatch-${id}`, 'light'),
        ).replace(
          '<svg ',
          () => `<svg role="img" aria-label="${escapeHtml(`Violation of ${name}${anomaly}. ${sentence}`)}" `,
        )}</div>\n`
  const caption = [
    definition,
    'Bars run from invocation to return: reads blue, writes orange, dashed where the outcome is unknown, grey what only ran beside.',
    'Order is exact, distances are not.',
  ].join(' ')
  return (
    `<figure class="card" id="proof-${escapeHtml(id)}">\n<h3>${escapeHtml(`${name} is violated${anomaly}`)}</h3>\n` +
    `<p>${prose(sentence)}</p>\n${picture}<figcaption>${prose(caption)}</figcaption>\n` +
    `${legalOrder(evidence)}${operationList(evidence)}\n</figure>`
  )
}

function operationList(evidence: ReportedEvidence): string {
  const numbers = numbersOf(evidence)
  const proof = evidence.shown.filter(({ isProof }) => isProof)
  if (proof.length === 0) return ''
  const instant = (at: number | null): string => (at === null ? 'never' : instantWords(at, evidence.unit))
  const hasLines = proof.some(({ line }) => line !== null)
  const steps = (row: number): string =>
    evidence.edges
      .filter((edge) => edge.from === row && numbers.has(edge.to))
      .map(({ kind, to, text }) => `${EDGE_WORDS[kind] ?? kind} ${numbers.get(to) ?? ''} (${text})`)
      .join('; ')
  const more = evidence.operations.length - proof.length
  const title =
    more > 0 ? `The first ${proof.length} of ${evidence.operations.length} operations` : 'The operations'
  return folded(
    title,
    table(
      title,
      [
        { title: 'No.', numeric: true },
        ...(hasLines ? [{ title: 'Line', numeric: true }] : []),
        { title: 'Process' },
        { title: 'Operation' },
        { title: 'Invoked', numeric: true },
        { title: 'Returned', numeric: true },
        { title: 'Step' },
      ],
      proof.map((operation): Cell[] => [
        String(numbers.get(operation.row) ?? ''),
        ...(hasLines ? [operation.line === null ? '' : String(operation.line)] : []),
        operation.process,
        operation.status === 'ok' ? operation.text : `${operation.text} (${STATUS_WORDS[operation.status]})`,
        instant(operation.from),
        instant(operation.to),
        steps(operation.row),
      ]),
    ),
  )
}

const STATUS_WORDS = { fail: 'failed', info: 'outcome unknown' } as const

/** The longest legal order that could be built, as far as its operations are shown. */
function legalOrder({ legalPrefix, shown }: ReportedEvidence): string {
  const texts = new Map(shown.map(({ row, process, text }) => [row, `process ${process} ${text}`]))
  const known = legalPrefix.filter((row) => texts.has(row)).slice(0, LEGAL_MAX)
  if (known.length === 0) return ''
  const order = known.map((row) => texts.get(row)).join(' → ')
  return `<p class="note">${prose(`A legal order gets as far as: ${order}. Nothing that is left fits next.`)}</p>\n`
}
