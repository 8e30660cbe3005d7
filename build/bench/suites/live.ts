import { STATUS } from '../../../shared/history/types.ts'
import type { OperationColumns } from '../../../shared/history/types.ts'
import { metricsOf } from '../../../shared/metrics/index.ts'
import { clientOf } from '../../../shared/testing/topologies.ts'
import type { LiveFigures } from '../../../shared/report/types.ts'
import type { Topology } from '../../../shared/topology/types.ts'
import { median, medianRatio } from '../figure.ts'
import type { BenchContext, Report, Suite } from '../figure.ts'
import { cluster, leaderless } from '../cluster.ts'
import { liveRun, loadNote } from '../live-run.ts'
import { bareRate, bareStartMs } from '../references/bare-transport.ts'
import { UPDATES } from './raft.ts'
import { LIVE_LINK } from './transport.ts'

export const liveSuite: Suite = {
  name: 'live',
  summary: 'live runs: throughput against the bare transport, start-up, lateness, scale',
  async run(quick, report, context) {
    await throughput(quick, report, context)
    await startUp(quick, report, context)
    await lateness(quick, report, context)
    await scale(quick, report, context)
  },
}

/**
 * A client and three replicas: four threads and six messages an operation, as in the toy, where the client asks one
 * replica and that one asks the others, as in leaderless by default; a client that asks all three itself is one thread
 * with the work of two. Each thread's V8 compiles the engine in its first seconds, the toy's few lines in half of one:
 * both are measured once that is done.
 */
async function throughput(quick: boolean, report: Report, context: BenchContext): Promise<void> {
  const [durationMs, warmupMs, toyMs] = quick ? [1_000, 300, 200] : [7_000, 4_000, 2_000]
  const [coldFromMs, coldToMs] = [warmupMs / 8, warmupMs / 2]
  const size = { replicas: 3, clients: 1, durationMs, oneWay: 0 }
  const quorums = { n: 3, r: 2, w: 2 }
  const cases = [1, 64, 512].flatMap((sessions) => [
    {
      sessions,
      name: 'leaderless',
      topology: leaderless({ ...size, sessions, params: { ...quorums, coordinator: 'replica' } }),
    },
    {
      sessions,
      name: 'leaderless, the client coordinates',
      topology: leaderless({ ...size, sessions, params: quorums }),
    },
    { sessions, name: 'raft, writes', topology: cluster('raft', { ...size, sessions, workload: UPDATES }) },
  ])
  for (const { sessions, name, topology } of cases) {
    const rates: number[] = []
    const colds: number[] = []
    const toys: number[] = []
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      toys.push(
        await bareRate(context.benchThread, {
          cast: 'commit',
          window: sessions,
          link: LIVE_LINK,
          measureMs: toyMs,
        }),
      )
      const { history } = await liveRun({ ...topology, run: { ...topology.run, warmupMs } }, context)
      rates.push(metricsOf(history).throughput.okPerS)
      colds.push(okPerS(history.ops, coldFromMs, coldToMs))
    }
    report({
      name: `zero-latency links, ${name}, ${sessions} in flight`,
      value: median(rates),
      unit: 'ops/s',
      reference: { name: 'toy commit over the same rings', value: median(toys), measured: 'in this run' },
      ratio: medianRatio(rates, toys),
      goal: { ratio: 0.6 },
      note: `after ${warmupMs / 1e3} s; ${median(colds).toFixed(0)} ops/s from ${coldFromMs} to ${coldToMs} ms; ${loadNote()}`,
    })
  }
}

function okPerS({ count, status, endedNs }: OperationColumns, fromMs: number, toMs: number): number {
  let ok = 0
  for (let row = 0; row < count; row++) {
    if (status[row] === STATUS.ok && endedNs[row] >= fromMs * 1e6 && endedNs[row] < toMs * 1e6) ok++
  }
  return ok / ((toMs - fromMs) / 1e3)
}

async function startUp(quick: boolean, report: Report, context: BenchContext): Promise<void> {
  for (const replicas of quick ? [3, 25] : [3, 7, 25, 100]) {
    const ours: number[] = []
    const bare: number[] = []
    for (let round = 0; round < (quick ? 1 : replicas < 20 ? 5 : 3); round++) {
      bare.push(await bareStartMs(replicas + 1))
      const { live } = await liveRun(
        leaderless({ replicas, clients: 1, sessions: 1, durationMs: 20 }),
        context,
      )
      ours.push(live.startMs)
    }
    report({
      name: `start of ${replicas} replicas and a client, over bare`,
      value: medianRatio(ours, bare),
      unit: '×',
      goal: { value: 1.3, atMost: true },
      note: `${median(ours).toFixed(0)} ms; as many empty workers ${median(bare).toFixed(0)} ms; ${loadNote()}`,
    })
  }
}

async function lateness(quick: boolean, report: Report, context: BenchContext): Promise<void> {
  // Each thread's V8 compiles what runs often in its first ten or twenty seconds, on cores that others wait for.
  const [coldMs, settledMs, measuredMs] = quick ? [500, 1_500, 1_500] : [1_500, 22_000, 8_000]
  const base = leaderless({ replicas: 3, clients: 2, durationMs: measuredMs, oneWay: 1 })
  const clients = ['c0', 'c1'].map((id) => clientOf(id, { sessions: 8, loop: { open: { ratePerS: 100 } } }))
  for (const [when, warmupMs] of [
    ['at first', coldMs],
    ['settled', settledMs],
  ] as const) {
    const run = { ...base.run, warmupMs, durationMs: warmupMs + measuredMs }
    const { live } = await liveRun({ ...base, clients, run }, context)
    tellLateness(`links of 1 ms, 200 ops/s, ${when}`, live, report)
  }
}

function tellLateness(title: string, live: LiveFigures, report: Report): void {
  const figure = (name: string, value: number | null, goal?: number) =>
    report({
      name: `${title}: ${name}`,
      value: value ?? Infinity,
      unit: 'ms',
      ...(goal === undefined ? {} : { goal: { value: goal, atMost: true } }),
      note: loadNote(),
    })
  figure('lateness of messages p50', live.latenessMs.p50, 0.1)
  figure('lateness of messages p99', live.latenessMs.p99, 0.3)
  figure('lateness of messages p99.9', live.latenessMs.p999)
  figure('timer error p99', live.timerErrorMs.p99)
  const { own, machine } = live.cpu
  report({
    name: `${title}: processor time used`,
    value: own * 100,
    unit: '%',
    note: `the whole machine ${machine === null ? 'unknown' : `${(machine * 100).toFixed(0)} %`}; ${live.reason}`,
  })
}

/** 50 replicas that all hold the data, 20 clients, 58 threads; each operation waits for all 50 answers. */
async function scale(quick: boolean, report: Report, context: BenchContext): Promise<void> {
  const [replicas, ratePerS, timeoutMs] = [50, 5, 5_000]
  const topology: Topology = leaderless({
    replicas,
    clients: 20,
    durationMs: quick ? 2_000 : 8_000,
    oneWay: { dist: 'uniform', min: 5, max: 15 },
    params: { n: replicas, r: replicas, w: replicas, requestTimeoutMs: timeoutMs },
  })
  const clients = topology.clients.map((client) => ({
    ...client,
    sessions: 4,
    loop: { open: { ratePerS } },
    timeoutMs,
  }))
  const { history, live } = await liveRun({ ...topology, clients }, context)
  const { invoked, failed, unknown } = metricsOf(history).operations
  const title = `${replicas} replicas, 20 clients`
  const { sent, inFlight, lost } = live.messages ?? { sent: 0, inFlight: 0, lost: Infinity }
  report({
    name: `${title}: messages lost of ${sent.toLocaleString('en')}`,
    value: lost,
    unit: '',
    goal: { value: 0, atMost: true },
    note:
      `${inFlight} under way at the end; of ${invoked} operations ${failed} failed, ${unknown} unknown; ` +
      `${live.threads} threads on ${live.cores} cores, ${loadNote()}`,
  })
  report({
    name: `${title}: lateness of messages p99`,
    value: live.latenessMs.p99 ?? Infinity,
    unit: 'ms',
    note: `${live.faithful ? 'faithful' : `not faithful, timeScale ${live.timeScaleNeeded} needed`}: ${live.reason}`,
  })
}
