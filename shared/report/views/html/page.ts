import { escapeHtml } from '../../escape.ts'
import type { ShownFault } from '../../evidence/types.ts'
import { formatCount, formatMs, formatNumber } from '../../numbers.ts'
import type { Report } from '../../types.ts'
import { expectationSentence, fidelitySentence, verdictSentences } from '../../words.ts'
import { folded, prose, section } from './elements.ts'
import { charts, topologyPart, type Draw } from './figures.ts'
import { themeSwitch, wholePage } from './frame.ts'
import { guaranteePart } from './guarantees.ts'
import { keyFigures } from './key-figures.ts'
import {
  errorTable,
  expectationTable,
  faultTable,
  latencyTable,
  loadTables,
  noteTable,
  predictionPart,
  timingPart,
} from './tables.ts'

/**
 * The report as one self-contained HTML file. Whatever may differ between two runs of one plan is inside
 * `<footer id="provenance">`; the rest is byte-identical. `draw` turns a chart option into SVG.
 */
export function htmlReport(report: Report, draw: Draw): string {
  const { name } = report.topology
  const body = `${header(report)}
<main>
${parts(report, draw).join('\n')}
</main>
${footer(report)}`
  return wholePage(`${name} – Replica Lab report`, body)
}

function header(report: Report): string {
  const runtime = report.runtime === 'simulated' ? 'simulated run' : 'live run'
  const met = expectationSentence(report.expectations)
  const tone = report.expectations.some((result) => result.status === 'missed')
    ? 'bad'
    : report.expectations.some((result) => result.status === 'undecided')
      ? 'open'
      : 'good'
  const verdict = prose(verdictSentences(report).join(' '))
  const conclusion = met === '' ? '' : ` <strong class="${tone}">${escapeHtml(met)}</strong>`
  return `<header>
<p class="kicker">Replica Lab report · ${runtime} · seed ${report.seed}</p>
${themeSwitch()}
<h1>${escapeHtml(report.topology.name)}</h1>
<p class="verdict">${verdict}${conclusion}</p>
</header>`
}

function parts(report: Report, draw: Draw): string[] {
  const { expectations, faults, availability, guarantees, notes, topology, live } = report
  const latency = latencyTable(report)
  const prediction = predictionPart(report)
  const description =
    topology.notes === ''
      ? ''
      : `\n${folded('Notes in the topology file', `<pre>${escapeHtml(topology.notes)}</pre>`)}`
  const errors = Object.values(availability.errors).some((count) => count > 0)
  return [
    ...(expectations.length === 0 ? [] : [section('expectations', 'Expectations', expectationTable(report))]),
    section('figures', 'Key figures', keyFigures(report), measuredWords(report)),
    section('topology', 'Topology and settings', topologyPart(report) + description),
    section('charts', 'Charts', charts(report, draw)),
    ...(latency === '' ? [] : [section('latency', 'Latency in figures', latency)]),
    ...(faults.length === 0
      ? []
      : [section('faults', 'Faults', faultTable(report), availability.definition)]),
    ...(errors ? [section('errors', 'Errors', errorTable(report))] : []),
    section('load', 'Load', loadTables(report)),
    ...(live === null ? [] : [section('timing', 'Timing', timingPart(live), fidelitySentence(live))]),
    ...(prediction === ''
      ? []
      : [section('prediction', 'Prediction and measurement', prediction, report.agreement?.sentence ?? '')]),
    ...(guarantees.length === 0
      ? []
      : [
          section(
            'guarantees',
            'Guarantees',
            guaranteePart(guarantees, shownFaults(report), 'run'),
            levelWords(report),
          ),
        ]),
    ...(notes.length === 0 ? [] : [section('events', 'Events', noteTable(report))]),
  ]
}

function levelWords({ strongestLevel = '' }: Report): string {
  return strongestLevel === '' ? '' : `Strongest level observed: ${strongestLevel}.`
}

function shownFaults({ faults }: Report): ShownFault[] {
  return faults.map(({ label, fromMs, toMs }) => ({ label, from: fromMs, to: toMs }))
}

function measuredWords({ operations, measuredMs, convergence }: Report): string {
  const warmup =
    operations.warmup > 0 ? `; ${formatCount(operations.warmup)} operations of the warm-up are left out` : ''
  const converged =
    convergence.convergedAfterMs === null
      ? ''
      : ` All replicas agreed ${formatMs(convergence.convergedAfterMs)} after the last write or heal.`
  return `Over ${formatMs(measuredMs)} of measured time${warmup}.${converged}`
}

function footer({ provenance, simulation }: Report): string {
  const { tool, version, node, platform, at, command, wallMs, eventsPerS } = provenance
  const work =
    simulation === null
      ? 'The run'
      : `${formatCount(simulation.events)} events and ${formatCount(simulation.messages)} messages`
  const speed = eventsPerS === null ? '' : ` (${formatNumber(eventsPerS)} events per second)`
  return `<footer id="provenance">
<p>To reproduce this report:</p>
<pre>${escapeHtml(command)}</pre>
<p>${prose(`${tool} ${version}, Node ${node} on ${platform}, ${at}. ${work} took ${formatMs(wallMs)}${speed}.`)}</p>
</footer>`
}
