/** Which folding section of the inspector shows what a JSON path names; null for single things. */
export function sectionOf(path: string): string | null {
  const name = /^\$\.([a-z]+)/.exec(path)?.[1]
  if (path.startsWith('$.consistency.onPartition')) return 'replication'
  switch (name) {
    case 'replication':
    case 'consistency':
    case 'partitioning':
    case 'workload':
    case 'run':
      return name
    case 'expect':
      return 'expectations'
    case 'name':
    case 'notes':
      return 'title'
    case 'links':
      return 'network'
    default:
      return null
  }
}
