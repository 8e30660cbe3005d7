/** As good as none: what is left is how long a core takes to wake. */
const SLACK_NS = 1_000

/**
 * Linux lets a sleeping thread wake up to 50 µs late, so that several can be woken at once; a thread may ask for less
 * (`timerslack_ns` in proc(5)). Where that is not to be had, waits stay as coarse as they are, and fidelity says so.
 */
export function sharpenTimers(fs: SlackFs): boolean {
  try {
    const task = fs.readlinkSync('/proc/thread-self').split('/').at(-1)
    fs.writeFileSync(`/proc/${task}/timerslack_ns`, String(SLACK_NS))
    return true
  } catch {
    return false
  }
}

export interface SlackFs {
  readlinkSync(path: string): string
  writeFileSync(path: string, data: string): void
}
