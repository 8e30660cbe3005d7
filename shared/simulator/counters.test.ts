import { expect, test } from 'vitest'
import { LOG_BUCKETS, logBucketOf } from '../base/log-counts.ts'
import { ERROR_CODES, OP_NAMES, STATUS } from '../history/types.ts'
import { buildPlan } from '../plan/build.ts'
import { protocolOf } from '../protocols/registry.ts'
import { clientOf, topologyOf } from '../testing/topologies.ts'
import { countersOf } from './counters.ts'
import { Simulation } from './simulation.ts'

test('counters of a run under way are what its record comes to', () => {
  const clients = ['c1', 'c2'].map((id) => clientOf(id, { sessions: 3, timeoutMs: 20 }))
  const plan = buildPlan(
    topologyOf({
      clients,
      faults: [
        { kind: 'crash', replica: 'r3', atMs: 200, forMs: null },
        { kind: 'pause', replica: 'r2', atMs: 300, forMs: null },
      ],
    }),
  )
  const simulation = new Simulation(plan, protocolOf('leaderless'))
  while (simulation.progress().nowNs < 400e6) simulation.advance(100)
  const { nowNs, share, tally, replicas, looks, lateness } = countersOf(simulation, 0.4)
  expect([nowNs, share, lateness]).toEqual([simulation.agenda.nowNs, 0.4, null])
  expect(replicas.map(({ up, isPaused }) => [up, isPaused])).toEqual([
    [true, false],
    [true, true],
    [false, false],
  ])
  // What is down says nothing.
  expect(looks.map(({ place, role, shard }) => [place, role, shard])).toEqual([
    [0, 'replica', 0],
    [1, 'replica', 0],
  ])
  expect(looks[0].applied).toBeGreaterThan(looks[1].applied)

  const { operations, reads, writes } = { ...tally, operations: [...tally.operations] }
  const began = operations[0]
  const { ops, traffic } = simulation.finish()
  const counted = { reads: new Uint32Array(LOG_BUCKETS), writes: new Uint32Array(LOG_BUCKETS) }
  const ended = [0, 0, 0, 0]
  for (let row = 0; row < ops.count; row++) {
    // Those that the end of the run left open were open when it was looked at.
    if (ERROR_CODES[ops.error[row]] === 'stopped') continue
    ended[ops.status[row]]++
    if (ops.status[row] !== STATUS.ok) continue
    const kind = ops.f[row] === OP_NAMES.indexOf('read') ? 'reads' : 'writes'
    counted[kind][logBucketOf(ops.endedNs[row] - ops.intendedNs[row])]++
  }
  expect(began).toBe(ops.count)
  expect(operations.slice(1)).toEqual(ended.slice(1))
  expect(ended[STATUS.ok]).toBeGreaterThan(100)
  expect([reads, writes]).toEqual([counted.reads, counted.writes])
  const sum = (column: Float64Array, place: number) =>
    column.reduce((total, each, at) => (at % plan.places.length === place ? total + each : total), 0)
  replicas.forEach(({ messagesIn, messagesOut }, place) => {
    expect([messagesIn, messagesOut]).toEqual([
      sum(traffic.messagesIn, place),
      sum(traffic.messagesOut, place),
    ])
  })
})
