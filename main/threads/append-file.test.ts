import { expect, test } from 'vitest'
import { decodeRecords, encodeRecords } from './append-file.ts'
import type { DiskRecord } from './append-file.ts'

const RECORDS: DiskRecord[] = [
  { shard: 0, record: { type: 'cell', cell: { key: 7, value: 12, at: 1e15 + 1, bytes: 100 } } },
  { shard: 3, record: null },
  { shard: 1023, record: new Map([['ключ', [1, -2.5, NaN, undefined]]]) },
]

test('records are read back as they were written, in one piece or in several', () => {
  const bytes = encodeRecords(RECORDS)
  expect(decodeRecords(bytes)).toEqual({ records: RECORDS, wholeBytes: bytes.length })
  const apart = Buffer.concat(RECORDS.map((record) => encodeRecords([record])))
  expect(apart.equals(bytes)).toBe(true)
  expect(decodeRecords(Buffer.alloc(0))).toEqual({ records: [], wholeBytes: 0 })
})

test('wherever the end is torn off, the whole records before it are what is left', () => {
  const ends = RECORDS.map((_, index) => encodeRecords(RECORDS.slice(0, index + 1)).length)
  const bytes = encodeRecords(RECORDS)
  for (let length = 0; length <= bytes.length; length++) {
    const whole = ends.filter((end) => end <= length).length
    expect(decodeRecords(bytes.subarray(0, length))).toEqual({
      records: RECORDS.slice(0, whole),
      wholeBytes: whole === 0 ? 0 : ends[whole - 1],
    })
  }
})

test('what a file system left of a torn write is no record: zeros, or any byte that changed', () => {
  const [first, ...others] = RECORDS
  const head = encodeRecords([first])
  for (const zeros of [1, 7, 8, 9, 64]) {
    const { records, wholeBytes } = decodeRecords(Buffer.concat([head, Buffer.alloc(zeros)]))
    expect([records, wholeBytes]).toEqual([[first], head.length])
  }
  const tail = encodeRecords(others)
  for (let at = 0; at < encodeRecords([others[0]]).length; at++) {
    const torn = Buffer.from(tail)
    torn[at] ^= 0x40
    const { records, wholeBytes } = decodeRecords(Buffer.concat([head, torn]))
    expect([at, records, wholeBytes]).toEqual([at, [first], head.length])
  }
})
