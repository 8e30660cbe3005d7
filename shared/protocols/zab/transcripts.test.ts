import { join } from 'node:path'
import { placeOf, testTranscripts } from '../../testing/transcripts.ts'
import { fallSilent, historyOf, settleAmong } from '../../testing/zab-cluster.ts'
import type { Zab } from '../../testing/zab-cluster.ts'
import { protocol } from './index.ts'
import { probe } from './probe.ts'
import { textOf } from './zxid.ts'

/**
 * Golden transcripts (see shared/testing/transcripts.ts). Commands of Zab's own:
 *
 *   settle PLACE …    these elect a leader and synchronise with it; nobody else hears of it, and nothing is printed
 *   silence PLACE …   these hear from nobody until they give up their leaders; nothing is printed
 *   show              each replica that is up: role, epochs, what it has committed, its log
 *
 * Numbers of connections and packets are left out.
 */

const places = (zab: Zab, names: readonly string[]) => names.map((name) => placeOf(zab, name))

testTranscripts(join(import.meta.dirname, 'testdata'), {
  protocol,
  params: {},
  commands: {
    settle: (driver, names) => {
      const zab = driver as unknown as Zab
      settleAmong(zab, places(zab, names))
      driver.log.length = 0
    },
    silence: (driver, names) => {
      const zab = driver as unknown as Zab
      fallSilent(zab, places(zab, names))
      driver.log.length = 0
    },
    show: (driver) => {
      for (const place of driver.members) {
        if (!driver.isUp(place)) continue
        const state = driver.state(place)
        const base = state.log.offset > 0 ? `…${textOf(state.log.offsetZxid)} ` : ''
        const log = historyOf(driver as unknown as Zab, place).join(' ')
        const epochs = `accepted epoch ${state.acceptedEpoch}, current ${state.currentEpoch}`
        driver.log.push(
          `r${place} ${probe(state).role}, ${epochs}, committed ${state.committed}, log ${base}${log}`.trimEnd(),
        )
      }
    },
  },
  shorten: (line) =>
    line
      .replace(/,? ?link \d+, end \d+(, seq \d+)?(, ack \d+)?/, '')
      .replace(
        /\b(zxid|at|token) (\d+)/g,
        (_, name: string, zxid: string) => `${name} ${textOf(Number(zxid))}`,
      )
      .replace(
        /\{(?:type (\w+), )?zxid ([\d.]+), (?:type (\w+), )?key (\d+), value (\d+), [^}]*\}/g,
        (_, before: string | undefined, zxid: string, type: string | undefined, key: string, value: string) =>
          `${zxid}:${type ?? before ?? ''} k${key}=${value}`,
      )
      .replaceAll('{}', '')
      .trimEnd(),
})
