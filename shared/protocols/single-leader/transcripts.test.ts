import { join } from 'node:path'
import { testTranscripts } from '../../testing/transcripts.ts'
import { protocol } from './index.ts'
import { lastIndex } from './log.ts'

/**
 * Golden transcripts (see shared/testing/transcripts.ts). Of its own:
 *
 *   show    each replica that is up: role, epoch, where its log ends, what is applied and confirmed, its timelines
 */
testTranscripts(join(import.meta.dirname, 'testdata'), {
  protocol,
  params: {},
  commands: {
    show: (cluster) => {
      for (const place of cluster.members) {
        if (!cluster.isUp(place)) continue
        const { role, epoch, log, machine, confirmedIndex } = cluster.state(place)
        const timelines = log.history.map(({ timeline, from }) => `${timeline} from ${from}`).join(', ')
        cluster.log.push(
          `r${place} ${role}, epoch ${epoch}, applied ${machine.applied} of ${lastIndex(log)}, ` +
            `confirmed ${confirmedIndex}, timelines ${timelines}`,
        )
      }
    },
  },
  shorten: (line) =>
    line
      .replace(
        /\{timeline (\d+), op \{([^}]*)\}, process -?\d+, sequence \d+\}/g,
        (_, timeline: string, op: string) => {
          const field = (name: string) => new RegExp(`\\b${name} (\\w+)`).exec(op)?.[1] ?? ''
          return `${timeline}:${field('f')} k${field('key')}=${field('value')}`
        },
      )
      .replace(/\{timeline (\d+), process 0, sequence 0\}/g, '$1:first')
      .replace(/, (echoNs|echoLife|digest|life|leaderLife) -?\d+/g, ''),
})
