import { join } from 'node:path'
import { testTranscripts } from '../../testing/transcripts.ts'
import { protocol } from './index.ts'

/** Scenarios of the README's sections; what was on its way at the beginning, the first heartbeats, is lost. */
testTranscripts(join(import.meta.dirname, 'testdata'), {
  protocol,
  params: { heartbeatMs: 100, resendAfterMs: 200 },
  commands: {
    /** What each leader has seen, and what it holds of a key. */
    look: (driver, [key]) => {
      for (const place of driver.members) {
        if (!driver.isUp(place)) continue
        const { have, store } = driver.state(place)
        const cell = JSON.stringify(store.cells.get(Number(key)) ?? null).replaceAll('"', '')
        driver.log.push(`r${place} has ${have.join(' ')}: ${cell}`)
      }
    },
  },
  shorten: (line) =>
    line
      .replaceAll('multi-leader.', '')
      .replace(/ writes (\d+) \{?have.*$/, ' writes $1')
      .replace(/, bytes \d+/g, ''),
})
