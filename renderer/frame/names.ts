const ENDING = '.topology.json'

/** A file's name as people read it, without the ending that every topology has. */
export function shortName(name: string): string {
  return name.endsWith(ENDING) ? name.slice(0, -ENDING.length) : name.replace(/\.json$/, '')
}

/** The name that a topology is saved by: one ending, and no sign that some file system refuses. */
export function fileNameOf(name: string): string {
  const plain = [...shortName(name.trim())]
    .map((sign) => (/[<>:"/\\|?*]/.test(sign) || sign < ' ' ? '-' : sign))
    .join('')
    .replace(/^\.+/, '')
    .replace(/[. ]+$/, '')
    .slice(0, 120)
  return `${plain === '' ? 'Untitled' : plain}${ENDING}`
}
