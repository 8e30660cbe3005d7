import type { Operations } from '../contract.ts'
import { edge, evidence, valueWords } from '../evidence/index.ts'
import type { DirectAnomaly } from './history.ts'
import { txnWords } from './words.ts'

/** Kept per level: enough to tell the shortest; a broken store makes thousands. */
const KEPT_MAX = 8

/** Collects the anomalies that show without a cycle. */
export class Anomalies {
  readonly found: DirectAnomaly[] = []
  private readonly counts = { 'read-committed': 0, 'read-atomic': 0 }
  private readonly ops: Operations

  constructor(ops: Operations) {
    this.ops = ops
  }

  private add(
    level: DirectAnomaly['level'],
    anomaly: string,
    sentence: string,
    reader: number,
    writer: number | null,
  ): void {
    if (this.counts[level]++ >= KEPT_MAX) return
    const edges =
      writer === null ? [] : [edge(writer, reader, 'reads-from', 'the second read what the first wrote')]
    const rows = writer === null ? [reader] : [reader, writer]
    this.found.push({ level, evidence: evidence(sentence, rows, { anomaly, edges }) })
  }

  /** G1a, or a value out of nowhere. */
  unwritten(reader: number, key: number, value: number, failed: number): void {
    const { ops } = this
    const what = `${valueWords(ops, value)} in ${ops.keyName(key)}`
    if (failed === -1)
      this.add(
        'read-committed',
        'thin-air read',
        `${txnWords(ops, reader)} read ${what}, which nobody wrote`,
        reader,
        null,
      )
    else
      this.add(
        'read-committed',
        'G1a',
        `${txnWords(ops, reader)} read ${what}, written by ${txnWords(ops, failed)}, which failed`,
        reader,
        failed,
      )
  }

  /** G1b: a version that its writer replaced before it committed. */
  intermediate(reader: number, key: number, value: number, writer: number): void {
    const { ops } = this
    this.add(
      'read-committed',
      'G1b',
      `${txnWords(ops, reader)} read ${valueWords(ops, value)} in ${ops.keyName(key)}, which ${txnWords(ops, writer)} wrote on the way to another value`,
      reader,
      writer,
    )
  }

  /** A transaction that read what it was yet to write. */
  future(reader: number, key: number, value: number): void {
    const { ops } = this
    this.add(
      'read-committed',
      'future read',
      `${txnWords(ops, reader)} read ${valueWords(ops, value)} in ${ops.keyName(key)} before writing it itself`,
      reader,
      null,
    )
  }

  duplicate(reader: number, key: number, value: number): void {
    const { ops } = this
    this.add(
      'read-committed',
      'duplicate elements',
      `${txnWords(ops, reader)} read ${valueWords(ops, value)} in ${ops.keyName(key)} more than once, though it was appended once`,
      reader,
      null,
    )
  }

  /** Two reads of a list of which neither is a prefix of the other: no order of versions fits both. */
  incompatible(one: number, other: number, key: number): void {
    const { ops } = this
    if (this.counts['read-committed']++ >= KEPT_MAX) return
    const rows = [one, other].sort((a, b) => a - b)
    const sentence = `${txnWords(ops, rows[0])} and ${txnWords(ops, rows[1])} read ${ops.keyName(key)} as lists of which neither begins with the other`
    this.found.push({
      level: 'read-committed',
      evidence: evidence(sentence, rows, { anomaly: 'incompatible order' }),
    })
  }

  /** A transaction that contradicts what it read or wrote itself. */
  internal(reader: number, key: number): void {
    const { ops } = this
    this.add(
      'read-atomic',
      'internal',
      `${txnWords(ops, reader)} read ${ops.keyName(key)} as something else than what it had read or written there itself`,
      reader,
      null,
    )
  }
}
