import { gunzipSync } from 'node:zlib'
import { err, ok, type Result } from '../../../shared/base/result.ts'
import { systemReason } from '../system-reason.ts'

/** What is brought stands in memory as one text, which must leave room for what is made of it. */
const UNPACKED_BYTES_MAX = 384 * 2 ** 20

/**
 * The text that gzip packed, of bytes in base64; or why there is none, as a sentence. Stops at `bytesMax`: a few kilobytes may
 * claim to be gigabytes.
 */
export function unpackedText(base64: string, bytesMax = UNPACKED_BYTES_MAX): Result<string, string> {
  let bytes: Buffer
  try {
    bytes = gunzipSync(Buffer.from(base64, 'base64'), { maxOutputLength: bytesMax })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      return err(
        `it is more than ${bytesMax / 2 ** 20} MiB when unpacked. "replica-lab check" judges it without holding it.`,
      )
    }
    return err(`${systemReason(error)}.`)
  }
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return err('what gzip packed is not UTF-8 text.')
  }
}
