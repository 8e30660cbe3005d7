import type { CheckedRecord } from '../../evidence/types.ts'
import { escapeHtml } from '../../escape.ts'
import { countOf, formatMs } from '../../numbers.ts'
import { prose, section } from './elements.ts'
import { guaranteePart } from './guarantees.ts'
import { themeSwitch, wholePage } from './frame.ts'

/** Verdicts on records that somebody brought, as one self-contained HTML file. */
export function checkPage(records: readonly CheckedRecord[]): string {
  const results = records.flatMap((record) => record.results)
  const violated = results.filter(({ status }) => status === 'violated').length
  const undecided = results.filter(({ status }) => status === 'undecided').length
  const counts = [
    `${countOf(records.length, 'history', 'histories')}, ${countOf(results.length, 'verdict')}`,
    `${violated} violated`,
    `${undecided} undecided`,
  ].join(', ')
  const tone = violated > 0 ? 'bad' : undecided > 0 ? 'open' : 'good'
  const title = records.length === 1 ? records[0].file : countOf(records.length, 'history', 'histories')
  const header = `<header>
<p class="kicker">Replica Lab check</p>
${themeSwitch()}
<h1>${escapeHtml(title)}</h1>
<p class="verdict"><strong class="${tone}">${prose(`${counts}.`)}</strong></p>
</header>`
  const parts = records.map((record, index) =>
    section(
      `record-${index}`,
      record.file,
      guaranteePart(record.results, record.faults, `record-${index}`),
      leadOf(record),
    ),
  )
  return wholePage(`${title} – Replica Lab check`, `${header}\n<main>\n${parts.join('\n')}\n</main>`)
}

function leadOf({ model, operations, keys, processes, results, strongestLevel }: CheckedRecord): string {
  const wallMs = results.reduce((sum, result) => sum + result.wallMs, 0)
  const what = `${countOf(operations, 'operation')} on ${countOf(keys, 'key')} by ${countOf(processes, 'process', 'processes')} (${model}), judged in ${formatMs(wallMs)}.`
  return strongestLevel === null ? what : `${what} Strongest level observed: ${strongestLevel}.`
}
