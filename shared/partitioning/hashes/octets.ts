import { utf8Bytes } from '../../base/hash.ts'

/** Names of up to so many ASCII characters are encoded without making an array for each. */
const PLAIN_MAX = 256

/** The octets of one name at a time, in UTF-8: the first `length` of `bytes`, until the next is read. */
export class Octets {
  readonly #plain = new Uint8Array(PLAIN_MAX)
  bytes: Uint8Array = this.#plain
  length = 0

  read(name: string): void {
    const plain = this.#plain
    this.bytes = plain
    this.length = name.length
    let seen = this.length <= PLAIN_MAX ? 0 : 128
    if (seen === 0) for (let i = 0; i < name.length; i++) seen |= plain[i] = name.charCodeAt(i)
    if (seen < 128) return
    this.bytes = utf8Bytes(name)
    this.length = this.bytes.length
  }
}
