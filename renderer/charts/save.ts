/** Hands a file to the browser's (or the shell's) download. */
export function saveAs(name: string, content: string | Blob, type = 'text/plain'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type }) : content
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  // The download has its own hold on the blob once it has begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** `fetch` of a data: address lies outside what the page may connect to, so it is taken apart by hand. */
export function blobOfDataUrl(url: string): Blob {
  const [head, data] = url.split(',', 2)
  const type = /^data:([^;,]+)/.exec(head)?.[1] ?? 'application/octet-stream'
  return new Blob([Uint8Array.from(atob(data), (char) => char.charCodeAt(0))], { type })
}
