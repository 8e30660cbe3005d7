import { canonicalJson } from '../../base/canonical-json.ts'
import { escapeHtml } from '../escape.ts'
import { formatMs } from '../numbers.ts'
import { csvOf, type Cell } from '../views/csv.ts'
import { CHART_SIZE } from '../charts/index.ts'
import { prose, section, table } from '../views/html/elements.ts'
import { figureOf, type Draw } from '../views/html/figures.ts'
import { themeSwitch, wholePage } from '../views/html/frame.ts'
import { codeBlock, escapeMarkdown, markdownTable } from '../views/markdown.ts'
import { sweepCharts } from './charts.ts'
import type { Sweep } from './types.ts'
import { changing } from './lay-out.ts'
import { combinationWords, constantsSentence, sweepSentence, sweepTable } from './words.ts'

/** A sweep as JSON with sorted keys. */
export function jsonSweep(sweep: Sweep): string {
  return `${canonicalJson(sweep, 2)}\n`
}

/** One line per combination, in full precision; with several seeds three columns for each figure, and how many ran. */
export function csvSweep({ vary, metrics, rows, seeds }: Sweep): string {
  const isOne = seeds.length === 1
  const head = metrics.flatMap(({ name, unit }) => {
    const title = unit === 'ms' ? `${name} (ms)` : name
    return isOne ? [title] : [title, `${title}: min`, `${title}: max`]
  })
  return csvOf([
    [...vary.map(({ path }) => path), ...(isOne ? [] : ['runs']), ...head],
    ...rows.map(({ set, runs, figures }): Cell[] => [
      ...set.map((value) =>
        typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value),
      ),
      ...(isOne ? [] : [runs]),
      ...figures.flatMap(({ median, min, max }) => (isOne ? [median] : [median, min, max])),
    ]),
  ])
}

/** What is not in the table, and why: combination and reason. */
function leftOut({ vary, refused, failed }: Sweep): string[][] {
  return [
    ...refused.flatMap(({ set, problems }) =>
      problems.map(({ path, sentence }) => [combinationWords(vary, set), `${path}: ${sentence}`]),
    ),
    ...failed.map(({ set, seed, sentence }) => [`${combinationWords(vary, set)}, seed ${seed}`, sentence]),
  ]
}

/** A sweep as GitHub-flavoured Markdown. */
export function markdownSweep(sweep: Sweep): string {
  const { vary, metrics, provenance } = sweep
  const { columns, rows } = sweepTable(sweep)
  const out = leftOut(sweep)
  const texts = columns.length - metrics.length
  const parts = [
    `# ${escapeMarkdown(sweep.topology)}`,
    escapeMarkdown(sweepSentence(sweep)),
    markdownTable(`${'l'.repeat(texts)}${'r'.repeat(metrics.length)}`, columns, rows),
    escapeMarkdown(`Varied: ${vary.map(({ path }) => path).join(', ')}.`),
    ...(out.length === 0 ? [] : ['## Left out', markdownTable('ll', ['Combination', 'Why'], out)]),
    `---\n\n${escapeMarkdown(`${provenance.tool} ${provenance.version}.`)} To reproduce:`,
    codeBlock(provenance.command),
  ]
  return `${parts.join('\n\n')}\n`
}

/** A sweep as one self-contained HTML file with its charts; what may differ between two of them is inside `<footer id="provenance">`. */
export function htmlSweep(sweep: Sweep, draw: Draw): string {
  const { vary, metrics, provenance } = sweep
  const { columns, rows } = sweepTable(sweep)
  const out = leftOut(sweep)
  const firstFigure = columns.length - metrics.length
  const figures = table(
    'Figures of each combination',
    columns.map((title, i) => ({ title, numeric: i >= firstFigure })),
    rows,
  )
  const charts = sweepCharts(sweep).map((chart) => figureOf(chart, sweep, draw, CHART_SIZE))
  const paths = `Varied: ${vary.map(({ path }) => path).join(', ')}.`
  const { tool, version, node, platform, at, command, wallMs } = provenance
  const body = `<header>
<p class="kicker">Replica Lab sweep</p>
${themeSwitch()}
<h1>${escapeHtml(sweep.topology)}</h1>
<p class="verdict">${prose(sweepSentence(sweep))}</p>
</header>
<main>
${section('figures', 'Figures', figures, paths)}
${charts.length === 0 ? '' : section('charts', 'Charts', `<div class="pair">\n${charts.join('\n')}\n</div>`, constantsSentence(sweep, changing(sweep)))}
${out.length === 0 ? '' : section('left-out', 'Left out', table('Left out', [{ title: 'Combination' }, { title: 'Why' }], out))}
</main>
<footer id="provenance">
<p>To reproduce this sweep:</p>
<pre>${escapeHtml(command)}</pre>
<p>${prose(`${tool} ${version}, Node ${node} on ${platform}, ${at}, in ${formatMs(wallMs)}.`)}</p>
</footer>`
  return wholePage(`${sweep.topology} – Replica Lab sweep`, body)
}
