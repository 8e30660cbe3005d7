import { join } from 'node:path'
import { among, tick } from '../../testing/chain-cluster.ts'
import type { Chain } from '../../testing/chain-cluster.ts'
import { fieldsOf, testTranscripts } from '../../testing/transcripts.ts'
import { protocol } from './index.ts'

/**
 * Golden transcripts (see shared/testing/transcripts.ts). Commands of the chain's own:
 *
 *   tick [N] [among=0,1]   N heartbeats of these places (or all) and what comes of them; shows what is not routine
 *   among 0,1              delivers what goes between these places, and loses the rest
 *   show                   each replica that is up: the chain as it knows it, its history, what of it is committed
 */

const placesOf = (text: string | undefined, chain: { members: readonly number[] }) =>
  text === undefined ? chain.members : text.split(',').map(Number)

const ROUTINE = /chain\.(heartbeat|grant|ack)\b|arms tick|updates \[\], .*isProbe true/

testTranscripts(join(import.meta.dirname, 'testdata'), {
  protocol,
  params: {},
  commands: {
    tick: (chain, words) => {
      const places = placesOf(fieldsOf(words)['among'], chain)
      tick(chain as unknown as Chain, Number(words.find((word) => /^\d+$/.test(word)) ?? 1), places)
      chain.log.splice(0, Infinity, ...chain.log.filter((line) => !ROUTINE.test(line)))
    },
    among: (chain, [places]) => among(chain as unknown as Chain, placesOf(places, chain)),
    show: (chain) => {
      for (const place of chain.members) {
        if (!chain.isUp(place)) continue
        const { configuration, history, store } = chain.state(place)
        const { epoch, nodes, joining } = configuration
        const names = nodes.map((node) => `r${node}${node === joining ? ' (joining)' : ''}`).join(' → ')
        const values = [...history.updates].map(({ seq, key, value }) => `${seq}:k${key}=${value}`).join(' ')
        chain.log.push(`r${place} epoch ${epoch}: ${names}; history ${values}; committed ${store.committed}`)
      }
    },
  },
  shorten: (line) =>
    line
      .replace(
        /\{seq (\d+), epoch (\d+), f (\w+), key (\d+), value (\d+), [^}]*\}/g,
        (_, seq: string, epoch: string, f: string, key: string, value: string) =>
          `${seq}:${f} k${key}=${value} of epoch ${epoch}`,
      )
      .replace(/, isProbe false/, ''),
})
