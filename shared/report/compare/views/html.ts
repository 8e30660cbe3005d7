import { CHART_SIZE } from '../../charts/index.ts'
import { escapeHtml } from '../../escape.ts'
import { countOf } from '../../numbers.ts'
import { chip, prose, section, table, type Cell } from '../../views/html/elements.ts'
import { figureOf, type Draw } from '../../views/html/figures.ts'
import { themeSwitch, wholePage } from '../../views/html/frame.ts'
import { COMPARE_CHARTS } from '../charts.ts'
import { comparisonRows, type Difference } from '../comparison.ts'
import type { BroughtRun, Comparison } from '../document.ts'
import { settingText } from '../settings.ts'
import { breaches, differenceWords, heldSentence, letterOf, runWords } from '../words.ts'
import { titleOf } from './markdown.ts'

const EXCEEDED: Cell = {
  html: '<span class="chip bad"><span aria-hidden="true">✕</span> exceeded</span>',
}

/** A comparison as one self-contained HTML file, with the charts of all runs on the same axes. */
export function htmlComparison(comparison: Comparison, runs: readonly BroughtRun[], draw: Draw): string {
  const title = titleOf(runs)
  const body = `${header(comparison, runs)}
<main>
${parts(comparison, runs, draw).join('\n')}
</main>
${footer(comparison)}`
  return wholePage(`${title} – Replica Lab comparison`, body)
}

function header(comparison: Comparison, runs: readonly BroughtRun[]): string {
  const { held, warnings } = comparison
  const found = breaches(comparison)
  const tone = found.some(({ status }) => status === 'exceeded') ? 'bad' : found.length > 0 ? 'open' : 'good'
  const verdict = held === null ? '' : `<strong class="${tone}">${prose(heldSentence(comparison))}</strong> `
  const comparable = warnings.length === 0 ? '' : `Not quite comparable: ${warnings.join(' ')}`
  return `<header>
<p class="kicker">Replica Lab comparison · ${countOf(runs.length, 'run')}</p>
${themeSwitch()}
<h1>${escapeHtml(titleOf(runs))}</h1>
<p class="verdict">${verdict}${prose(comparable)}</p>
</header>`
}

function parts(comparison: Comparison, runs: readonly BroughtRun[], draw: Draw): string[] {
  const { settings } = comparison
  const found = breaches(comparison)
  // Letters tell the lines of runs apart whose names had to be cut.
  const lettered = runs.map((run, i) => ({ ...run, label: `${letterOf(i)}: ${run.label}` }))
  const charts = COMPARE_CHARTS.map((chart) => figureOf(chart, lettered, draw, CHART_SIZE))
  return [
    section('runs', 'Runs', runTable(runs)),
    ...(found.length === 0
      ? []
      : [
          section(
            'tolerance',
            'Beyond tolerance',
            table(
              'Figures beyond their tolerance',
              [{ title: 'Figure' }, { title: 'Verdict' }],
              found.map(({ status, text }) => [text, status === 'exceeded' ? EXCEEDED : chip('undecided')]),
            ),
          ),
        ]),
    section('figures', 'Figures', figures(runs), `The others are held against ${letterOf(0)}.`),
    section('charts', 'Charts', `<div class="pair">\n${charts.join('\n')}\n</div>`),
    section(
      'settings',
      'Settings that differ',
      settings.length === 0
        ? '<p class="note">The topologies do not differ.</p>'
        : table(
            'Settings that differ',
            [{ title: 'Setting' }, ...runs.map((_, i) => ({ title: letterOf(i) }))],
            settings.map(({ path, values }) => [path, ...values.map(settingText)]),
          ),
    ),
  ]
}

function runTable(runs: readonly BroughtRun[]): string {
  return table(
    'Runs',
    [{ title: 'Run' }, { title: 'Name' }, { title: 'From' }, { title: 'What ran' }],
    runs.map((run, i) => [letterOf(i), run.label, run.source, runWords(run)]),
  )
}

function figures(runs: readonly BroughtRun[]): string {
  const others = runs.slice(1)
  return table(
    'Figures',
    [
      { title: 'Figure' },
      { title: letterOf(0), numeric: true },
      ...others.flatMap((_, i) => [
        { title: letterOf(i + 1), numeric: true },
        { title: `${letterOf(i + 1)} to ${letterOf(0)}` },
      ]),
    ],
    comparisonRows(runs).map(({ metric, differences: [first, ...rest] }) => [
      metric,
      first.text,
      ...rest.flatMap((difference): Cell[] => [difference.text, toned(difference)]),
    ]),
  )
}

/** A difference in its colour; the word is there for whoever does not see it. */
function toned(difference: Difference): Cell {
  const { isBetter } = difference
  const text = differenceWords(difference)
  if (isBetter === null) return text
  return { html: `<span class="chip ${isBetter ? 'good' : 'bad'}">${escapeHtml(text)}</span>` }
}

function footer({ provenance, runs }: Comparison): string {
  const commands = runs.map(({ provenance: { command } }) => command).join('\n')
  return `<footer id="provenance">
<p>To reproduce this comparison:</p>
<pre>${escapeHtml(provenance.command)}</pre>
<p>The runs themselves:</p>
<pre>${escapeHtml(commands)}</pre>
<p>${prose(`${provenance.tool} ${provenance.version}.`)}</p>
</footer>`
}
