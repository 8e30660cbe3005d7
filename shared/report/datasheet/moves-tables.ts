import { formatBytes, formatCount, formatMs, formatPercent } from '../numbers.ts'
import type { Move, MoveFinding } from './move-types.ts'
import { errorWords, figure, text, type SheetTable } from './table-words.ts'
import type { Datasheet, Experience } from './types.ts'

/** What a join and a leave moved, and what clients noticed of it; none where no replica can join. */
export function movesTables({ rebalancing: { measured = null } }: Datasheet): SheetTable[] {
  return measured === null ? [] : [rebalancing(measured), noticed(measured)]
}

function rebalancing({ replica, like, moves }: MoveFinding): SheetTable {
  return {
    id: 'rebalancing',
    title: 'Rebalancing',
    lead:
      `Under the load of the probes with faults ${replica}, a replica like ${like}, joins and leaves again. Copies to move: those of keys ` +
      'that the placement makes anew; an even spread: as many as replicas with equal shares need. Values over the links: as the ' +
      'strategy counts them. A log brings a key once for each write, and not what nobody has written since the run began.',
    columns: [
      text('Change'),
      ...['shards', 'copies to move', 'an even spread', 'values over the links', 'bytes', 'done after'].map(
        figure,
      ),
    ],
    rows: moves.map((move) => [
      changeWords(move, replica),
      formatCount(move.shards),
      formatCount(move.keys),
      evenSpread(move),
      formatCount(move.streamedKeys),
      formatBytes(move.streamedBytes),
      move.doneAfterMs === null ? 'not in half a minute' : formatMs(move.doneAfterMs),
    ]),
  }
}

function changeWords({ kind }: Pick<Move, 'kind'>, replica: string): string {
  return `${replica} ${kind === 'join' ? 'joins' : 'leaves'}`
}

/** "429 (99.8 % of it)". */
function evenSpread({ keys, idealKeys }: Move): string {
  const ideal = formatCount(Math.round(idealKeys))
  return idealKeys === 0 ? ideal : `${ideal} (moved: ${formatPercent(keys / idealKeys)})`
}

function noticed({ replica, moves }: MoveFinding): SheetTable {
  return {
    id: 'rebalancing-clients',
    title: 'Clients while data move',
    lead:
      'All operations that should have begun from the change on until it was done, two seconds at least, beside those of the same ' +
      'time in the same run where nobody joins.',
    columns: [
      text('Change'),
      text('Run'),
      ...['read p50', 'read p99', 'write p50', 'write p99', 'answered', 'stale reads'].map(figure),
      text('Not answered because'),
    ],
    rows: moves.flatMap((move) => [
      [changeWords(move, replica), 'nobody joins', ...cells(move.without)],
      ['', 'while data move', ...cells(move.during)],
    ]),
  }
}

function cells(experience: Experience): string[] {
  const { reads, writes, readLatency, writeLatency, staleFraction } = experience
  const tried = reads.tried + writes.tried
  return [
    formatMs(readLatency.p50Ms),
    formatMs(readLatency.p99Ms),
    formatMs(writeLatency.p50Ms),
    formatMs(writeLatency.p99Ms),
    formatPercent(tried === 0 ? null : (reads.answered + writes.answered) / tried),
    formatPercent(staleFraction),
    errorWords(experience),
  ]
}
