/** Whether pip or uv says that it never came to an answer of the package index. */
export function networkBroke(text: string): boolean {
  return BROKEN.test(text)
}

/** Whether pip or uv says that the package index wants other credentials. */
export function authRefused(text: string): boolean {
  return REFUSED.test(text)
}

// pip 23.2: `Retrying (Retry(total=…)) after connection broken by`, `HTTP error 503 while getting`; uv 0.13.8: `error
// sending request for url`, `dns error`, `HTTP status server error (503 …)`, `operation timed out`.
const BROKEN = new RegExp(
  [
    'after connection broken by|Max retries exceeded|Connection(?:Reset)?Error|ReadTimeout|ProxyError|SSLError',
    'CERTIFICATE_VERIFY_FAILED|Temporary failure in name resolution|HTTP error 5\\d\\d|5\\d\\d Server Error',
    'error sending request|dns error|tcp connect error|[Cc]onnection (?:refused|reset)|operation timed out',
    'HTTP status server error|invalid peer certificate|Could not connect, are you offline|unexpected end of file',
  ].join('|'),
)

// pip 23.2: `401 Client Error: Unauthorized for url`, `ERROR: HTTP error 403 while getting`, `401 Error, Credentials not
// correct`; uv 0.13.8: `lack of valid authentication credentials (401 Unauthorized)`, `returned a 403 Forbidden error`,
// `HTTP status client error (403 Forbidden)`, `Missing credentials for`.
const REFUSED = new RegExp(
  [
    'HTTP error 40[13]|40[13] (?:Client )?Error|Credentials not correct',
    '40[13] (?:Unauthorized|Forbidden)|Missing credentials for',
  ].join('|'),
)
