import { availableParallelism } from 'node:os'
import type { History } from '../../../shared/history/types.ts'
import { metricsOf } from '../../../shared/metrics/index.ts'
import { clientOf } from '../../../shared/testing/topologies.ts'
import type { Topology } from '../../../shared/topology/types.ts'
import { median } from '../figure.ts'
import type { BenchContext, Report, Suite } from '../figure.ts'
import { leaderless } from '../leaderless.ts'
import { liveRun, loadNote } from '../live-run.ts'
import { bareRate, bareStartMs } from '../references/bare-transport.ts'
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

/** A client and three replicas: four threads and six messages an operation, as in the toy. */
async function throughput(quick: boolean, report: Report, context: BenchContext): Promise<void> {
  const [durationMs, warmupMs] = quick ? [1_000, 300] : [4_000, 1_000]
  for (const sessions of [1, 64, 512]) {
    const topology = leaderless({
      replicas: 3,
      clients: 1,
      sessions,
      durationMs,
      oneWay: 0,
      params: { n: 3, r: 2, w: 2 },
    })
    const rates: number[] = []
    const toys: number[] = []
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      toys.push(
        await bareRate(context.benchThread, {
          cast: 'commit',
          window: sessions,
          link: LIVE_LINK,
          measureMs: durationMs / 3,
        }),
      )
      const { history } = await liveRun({ ...topology, run: { ...topology.run, warmupMs } }, context)
      rates.push(metricsOf(history).throughput.okPerS)
    }
    const toy = median(toys)
    report({
      name: `zero-latency links, ${sessions} in flight`,
      value: median(rates),
      unit: 'ops/s',
      reference: { name: 'toy commit over the same rings', value: toy, measured: 'in this run' },
      ratio: median(rates) / toy,
      goal: { ratio: 0.6 },
      note: loadNote(),
    })
  }
}

async function startUp(quick: boolean, report: Report, context: BenchContext): Promise<void> {
  for (const replicas of quick ? [3, 25] : [3, 7, 25, 100]) {
    const ours: number[] = []
    const bare: number[] = []
    for (let round = 0; round < (quick ? 1 : 5); round++) {
      bare.push(await bareStartMs(replicas + 1))
      const { live } = await liveRun(
        leaderless({ replicas, clients: 1, sessions: 1, durationMs: 20 }),
        context,
      )
      ours.push(live.startMs)
    }
    const [startMs, bareMs] = [median(ours), median(bare)]
    report({
      name: `start of ${replicas} replicas and a client, against bare`,
      value: startMs / bareMs,
      unit: '×',
      goal: { value: 1.3, atMost: true },
      note: `${startMs.toFixed(0)} ms; as many empty workers ${bareMs.toFixed(0)} ms; ${loadNote()}`,
    })
  }
}

async function lateness(quick: boolean, report: Report, context: BenchContext): Promise<void> {
  const base = leaderless({ replicas: 3, clients: 2, durationMs: quick ? 2_000 : 10_000, oneWay: 1 })
  const clients = ['c0', 'c1'].map((id) => clientOf(id, { sessions: 8, loop: { open: { ratePerS: 100 } } }))
  const { live } = await liveRun({ ...base, clients }, context)
  const figure = (name: string, value: number | null, goal?: number) =>
    report({
      name: `links of 1 ms, 200 ops/s: ${name}`,
      value: value ?? Infinity,
      unit: 'ms',
      ...(goal === undefined ? {} : { goal: { value: goal, atMost: true } }),
      note: loadNote(),
    })
  figure('lateness of messages p50', live.latenessMs.p50, 0.1)
  figure('lateness of messages p99', live.latenessMs.p99, 0.3)
  figure('lateness of messages p99.9', live.latenessMs.p999)
  figure('timer error p99', live.timerErrorMs.p99)
}

/**
 * 50 replicas that all hold the data, 20 clients: 58 threads. Each operation waits for all 50 answers and nothing runs
 * in the background, so that no message is under way when the last operation has ended: what is missing then is lost.
 */
async function scale(quick: boolean, report: Report, context: BenchContext): Promise<void> {
  const [replicas, ratePerS, timeoutMs] = [50, 5, 5_000]
  const quiet = { readRepair: 'off', antiEntropy: false, hintedHandoff: false, requestTimeoutMs: timeoutMs }
  const topology: Topology = leaderless({
    replicas,
    clients: 20,
    durationMs: quick ? 2_000 : 10_000,
    oneWay: { dist: 'uniform', min: 5, max: 15 },
    params: { n: replicas, r: replicas, w: replicas, ...quiet },
  })
  const clients = topology.clients.map((client) => ({
    ...client,
    sessions: 4,
    loop: { open: { ratePerS } },
    timeoutMs,
  }))
  const { history, live } = await liveRun({ ...topology, clients }, context)
  const { operations } = metricsOf(history)
  const note = `${live.threads} threads on ${availableParallelism()} cores, ${loadNote()}`
  const title = `${replicas} replicas, 20 clients`
  report({
    name: `${title}: messages lost of ${sum(history.traffic.messagesOut).toLocaleString('en')}`,
    value: lostMessages(history),
    unit: '',
    goal: { value: 0, atMost: true },
    note,
  })
  report({
    name: `${title}: operations not ok of ${operations.invoked.toLocaleString('en')}`,
    value: operations.invoked - operations.ok,
    unit: '',
    goal: { value: 0, atMost: true },
    note: `failed ${operations.failed}, unknown ${operations.unknown}`,
  })
  report({
    name: `${title}: lateness of messages p99`,
    value: live.latenessMs.p99 ?? Infinity,
    unit: 'ms',
    note: `${live.faithful ? 'faithful' : `not faithful, timeScale ${live.timeScaleNeeded} needed`}: ${live.reason}`,
  })
}

/** Sent and neither received nor dropped on purpose, or dropped for any reason: there are no faults. */
function lostMessages({ traffic }: History): number {
  const dropped = Object.values(traffic.dropped).reduce((total, each) => total + each, 0)
  return sum(traffic.messagesOut) - sum(traffic.messagesIn) + dropped
}

function sum(column: Float64Array): number {
  return column.reduce((total, each) => total + each, 0)
}
