const DAY_MS = 86_400_000

/** When something was, as people say it: "12:03", "yesterday", "4 March", "4 March 2025". */
export function dayWords(iso: string, now = new Date()): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return ''
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime()
  if (at.getTime() >= midnight && at.getTime() < midnight + DAY_MS)
    return at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  if (at.getTime() >= midnight - DAY_MS && at.getTime() < midnight) return 'yesterday'
  const isThisYear = at.getFullYear() === now.getFullYear()
  return at.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    ...(isThisYear ? {} : { year: 'numeric' }),
  })
}
