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

/** The address of a drawing as an image: nothing in an image runs, whatever names were drawn into it. */
export function imageUrl(svg: string): string {
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
}

/** A drawing as pixels, `scale` for each of its own. Rejects where the browser cannot draw it. */
export async function pngOf(
  svg: string,
  { width, height, scale, background }: { width: number; height: number; scale: number; background: string },
): Promise<Blob> {
  const image = new Image(width, height)
  image.src = imageUrl(svg)
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('This browser cannot draw images.')
  context.fillStyle = background
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('This browser cannot write PNG.'))
      else resolve(blob)
    }, 'image/png')
  })
}
