import { join } from 'node:path'
import { testTranscripts } from '../../testing/transcripts.ts'
import { protocol } from './index.ts'

/** Golden transcripts (see shared/testing/transcripts.ts). Of its own: `look`, the copies of every cache that is up. */
testTranscripts(join(import.meta.dirname, 'testdata'), {
  protocol,
  params: {
    ttlMs: 1_000,
    negativeTtlMs: 300,
    serveStaleMs: 5_000,
    staleAfterMs: 200,
    failureRecheckMs: 1_000,
    upstreamTimeoutMs: 400,
  },
  commands: {
    look: (driver) => {
      for (const place of driver.members.slice(1)) {
        if (!driver.isUp(place)) continue
        const copies = [...driver.state(place).entries]
          .map(([key, { copy, asOf }]) => `key ${key} version ${copy.version} as of ${asOf}`)
          .sort()
        driver.log.push(`r${place} holds ${copies.length === 0 ? 'nothing' : copies.join('; ')}`)
      }
    },
  },
  shorten: (line) =>
    line
      .replaceAll('ttl-cache.', '')
      .replace(/ writes (\d+) \{?position.*$/, ' writes $1')
      .replace(/\{id \d+, attempt (\d+), /, '{attempt $1, ')
      .replace(/, bytes \d+/g, ''),
})
