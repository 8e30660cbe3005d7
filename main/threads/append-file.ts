/**
 * A replica's real disk: a file to which records are appended. Each has its length and a checksum in front, both over
 * length and content, so that what a crash tore is told from what was written whole, zeros included; the file
 * ends with the last record that is.
 */

/** Loaded when the first disk is written or read: few threads have one, and each would pay a millisecond for them. */
const v8 = () => process.getBuiltinModule('node:v8')
const zlib = () => process.getBuiltinModule('node:zlib')

/** Length and checksum, four bytes each, little-endian. */
const HEAD_BYTES = 8

/** One record of one of the replica's shards. */
export interface DiskRecord {
  shard: number
  record: unknown
}

/** Records as bytes, in order. */
export function encodeRecords(records: readonly DiskRecord[]): Buffer {
  const { serialize } = v8()
  return Buffer.concat(
    records.flatMap(({ shard, record }) => {
      const content = serialize([shard, record])
      const head = Buffer.alloc(HEAD_BYTES)
      head.writeUInt32LE(content.length, 0)
      head.writeUInt32LE(checksum(head, content), 4)
      return [head, content]
    }),
  )
}

/** The records up to the first that is not whole, and how many bytes they take. */
export function decodeRecords(bytes: Buffer): { records: DiskRecord[]; wholeBytes: number } {
  const { deserialize } = v8()
  const records: DiskRecord[] = []
  let at = 0
  while (bytes.length - at > HEAD_BYTES) {
    const head = bytes.subarray(at, at + HEAD_BYTES)
    const end = at + HEAD_BYTES + head.readUInt32LE(0)
    if (end > bytes.length) break
    const content = bytes.subarray(at + HEAD_BYTES, end)
    if (head.readUInt32LE(4) !== checksum(head, content)) break
    const [shard, record] = deserialize(content) as [number, unknown]
    records.push({ shard, record })
    at = end
  }
  return { records, wholeBytes: at }
}

function checksum(head: Buffer, content: Buffer): number {
  const { crc32 } = zlib()
  return crc32(content, crc32(head.subarray(0, 4)))
}
