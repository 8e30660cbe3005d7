import { buildPlan } from '../../../shared/plan/build.ts'
import { canPredict, predict } from '../../../shared/predict/index.ts'
import type { Prediction, QuorumFacts } from '../../../shared/predict/types.ts'
import { strategies } from '../../../shared/protocols/registry.ts'
import {
  countOf,
  formatCount,
  formatMs,
  formatNumber,
  formatPercent,
} from '../../../shared/report/numbers.ts'
import { readTopology } from '../../host/files.ts'
import { integerOf, refuseInput, type Arguments, type Terminal } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { plain, tableText, type Cell } from '../table.ts'

const TRIALS_DEFAULT = 1_000_000
const TRIALS_MAX = 1_000_000_000
/** Points of the curve that a terminal shows; `--json` has all of them. */
const CURVE_ROWS = 12

/** `replica-lab predict FILE`. */
export async function run(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const [file] = args.operands
  const asJson = args.has('json')
  const trials = integerOf(args, 'trials', 1, TRIALS_MAX) ?? TRIALS_DEFAULT
  const seed = integerOf(args, 'seed', 0, Number.MAX_SAFE_INTEGER)
  const topology = await readTopology(file, strategies)
  if (!topology.ok) return refuseInput(file, topology.error, asJson, terminal)
  const reason = canPredict(topology.value)
  if (reason !== null) {
    return refuseInput(file, [{ path: '$.replication.strategy', sentence: reason }], asJson, terminal)
  }
  const plan = buildPlan(topology.value, seed === undefined ? {} : { seed })
  const prediction = predict(topology.value, plan, { trials, seed: plan.seed })
  terminal.out(asJson ? `${JSON.stringify(prediction, null, 2)}\n` : predictionText(prediction))
  return EXIT.ok
}

function predictionText(prediction: Prediction): string {
  const { latencyMs, quorum, t999Ms } = prediction
  const figures = ({ p50, p90, p95, p99, p999, mean }: Prediction['latencyMs']['read']): Cell[] =>
    [p50, p90, p95, p99, p999, mean].map((ms) => ({ right: formatNumber(ms) }))
  const head = ['p50', 'p90', 'p95', 'p99', 'p99.9', 'mean'].map((right) => ({ right }))
  const points = prediction.visibility
  const step = Math.max(1, Math.ceil(points.length / CURVE_ROWS))
  const shown = points.filter((_, index) => index % step === 0 || index === points.length - 1)
  return [
    `${plain(prediction.topology)}\n${prediction.model}, ${formatCount(prediction.trials)} trials\n`,
    tableText([
      ['latency, ms', ...head],
      ['read', ...figures(latencyMs.read)],
      ['write', ...figures(latencyMs.write)],
    ]),
    tableText([
      ['fresh at once', formatPercent(prediction.freshAtZero)],
      ['99.9 % fresh', t999Ms === null ? 'not within the horizon' : `after ${formatMs(t999Ms)}`],
      ...(quorum === null ? [] : quorumRows(quorum)),
    ]),
    tableText([
      [{ right: 't, ms' }, { right: 'P(fresh)' }],
      ...shown.map(({ tMs, fresh }) => [{ right: formatNumber(tMs) }, { right: formatPercent(fresh) }]),
    ]),
    ...(prediction.caveats.length === 0
      ? []
      : [`Left out by the model:\n${prediction.caveats.map((caveat) => `  ${plain(caveat)}\n`).join('')}`]),
  ].join('\n')
}

function quorumRows(quorum: QuorumFacts): Cell[][] {
  const { n, r, w, readResilience, writeResilience, load } = quorum
  return [
    ['quorum', `N = ${n}, R = ${r}, W = ${w}: ${overlapText(quorum)}`],
    [
      'survives',
      `the loss of ${countOf(readResilience, 'replica')} (reads), of ${formatCount(writeResilience)} (writes)`,
    ],
    ['load', `${formatPercent(load)} of operations at the busiest replica`],
  ]
}

function overlapText({ readsOverlapWrites, writesOverlapWrites }: QuorumFacts): string {
  const reads = readsOverlapWrites ? 'reads meet writes' : 'reads may miss writes'
  return `${reads}, ${writesOverlapWrites ? 'writes meet writes' : 'two writes may miss each other'}`
}
