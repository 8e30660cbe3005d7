/** The outcome of some work, or null where it takes longer than that; then nobody waits for it any more. */
export async function within<T>(limitMs: number, work: () => Promise<T>): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), limitMs)
  })
  const done = work()
  // What fails after its time is nobody's concern.
  done.catch(() => undefined)
  try {
    return await Promise.race([done, late])
  } finally {
    clearTimeout(timer)
  }
}
