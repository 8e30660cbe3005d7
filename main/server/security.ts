import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Sent with every answer, whatever it is. */
export const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), ' +
    'microphone=(), midi=(), payment=(), serial=(), usb=(), xr-spatial-tracking=()',
  'cache-control': 'no-store',
}

const TOKEN_BYTES = 32

/** Who may speak to the server: pages that it served itself, to a browser that was given the token. */
export class Gate {
  readonly token: string
  readonly #session = randomBytes(TOKEN_BYTES).toString('base64url')
  readonly #port: number

  constructor(port: number, token = randomBytes(TOKEN_BYTES).toString('base64url')) {
    this.#port = port
    this.token = token
  }

  /** Cookies know no ports: without its own in the name, two labs would take each other's. */
  get cookieName(): string {
    return `replica-lab-${this.#port}`
  }

  get cookie(): string {
    return `${this.cookieName}=${this.#session}; Path=/; HttpOnly; SameSite=Strict`
  }

  /** A name that resolves to this machine by way of somebody else's server (DNS rebinding) is not ours. */
  isOurHost({ headers }: IncomingMessage): boolean {
    return headers.host === `127.0.0.1:${this.#port}` || headers.host === `localhost:${this.#port}`
  }

  /** A page of another origin always says so; one that was typed in or followed has no origin to say. */
  isOurOrigin({ headers }: IncomingMessage): boolean {
    const { origin, host } = headers
    return origin === undefined || origin === `http://${host ?? ''}`
  }

  /** A socket is only ever opened by a page, and a page's browser states its origin. */
  statesOurOrigin(request: IncomingMessage): boolean {
    return request.headers.origin !== undefined && this.isOurOrigin(request)
  }

  isToken(text: string): boolean {
    return equal(text, this.token)
  }

  hasSession({ headers }: IncomingMessage): boolean {
    const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim())
    return cookies.some((cookie) => {
      const at = cookie.indexOf('=')
      return cookie.slice(0, at) === this.cookieName && equal(cookie.slice(at + 1), this.#session)
    })
  }
}

/** Compares in a time that tells nothing, whatever the lengths. */
function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
