import { Agenda } from '../../../shared/base/agenda.ts'
import { Rng } from '../../../shared/base/rng.ts'
import { medianSeconds } from '../figure.ts'
import type { Suite } from '../figure.ts'
import { BareWheel, ObjectHeap } from '../references/agendas.ts'
import type { BareAgenda } from '../references/agendas.ts'

/** Delays of the hold model: up to 2 ms, so that the wheel's slots are as full as in a run with millisecond links. */
const DELAY_NS = 2_000_000

function holdBare(make: () => BareAgenda, pending: number, events: number): number {
  return medianSeconds(() => {
    const rng = Rng.stream(1, 'hold')
    const agenda = make()
    for (let index = 0; index < pending; index++) agenda.push(rng.u32() % DELAY_NS)
    for (let index = 0; index < events; index++) agenda.push(agenda.pop() + (rng.u32() % DELAY_NS))
  })
}

function holdOurs(pending: number, events: number): number {
  return medianSeconds(() => {
    const rng = Rng.stream(1, 'hold')
    const agenda = new Agenda()
    for (let index = 0; index < pending; index++) agenda.schedule(rng.u32() % DELAY_NS, 0, index, 0, 0, null)
    for (let index = 0; index < events; index++) {
      agenda.next()
      agenda.schedule(agenda.nowNs + (rng.u32() % DELAY_NS), 0, agenda.a, 0, 0, null)
    }
  })
}

export const agendaSuite: Suite = {
  name: 'agenda',
  summary: 'the hold model: take the earliest event, schedule another up to 2 ms later',
  run(quick, report) {
    const events = quick ? 200_000 : 2_000_000
    for (const pending of [10, 1_000, 100_000]) {
      const ours = events / holdOurs(pending, events) / 1e6
      const wheel = events / holdBare(() => new BareWheel(pending + 1), pending, events) / 1e6
      const heap = events / holdBare(() => new ObjectHeap(), pending, events) / 1e6
      report({
        name: `events taken, ${pending} pending`,
        value: ours,
        unit: 'M/s',
        reference: {
          name: 'bare timing wheel, 1 µs slots, no order within',
          value: wheel,
          measured: 'in this run',
        },
        ratio: ours / wheel,
        goal: { ratio: 0.6 },
        note: `object binary heap: ${heap.toFixed(2)} M/s`,
      })
    }
  },
}
