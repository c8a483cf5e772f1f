// The start page of a local stack: Regions, the outbox of codes, pools and replicas. A small script
// takes over what changes and copies on demand; without scripts the page loads again by itself, and
// `/?pause` stands still. It needs no sign-in and shows codes, so it serves only requests that name
// this very machine: a page of another site cannot reach it through a name of its own that resolves
// to a loopback address (DNS rebinding).
import { createHash } from 'node:crypto'
import { Html, type HtmlValue, html } from '#http/html.js'
import { type HttpRequest, type HttpResponse, headerOf } from '#http/route.js'
import type { RegionState } from './health-check.js'
import type { MessageView, Overview, PoolView, ReplicaView } from './overview.js'
import { ageOf, ago, clockTime, copied, joined, lagOf, moment } from './start-page-parts.js'
import { REFRESH_SECONDS, SCRIPT } from './start-page-script.js'
import { type LocalStack, nextSteps, replicaSteps } from './start-page-steps.js'
import { STYLES } from './start-page-styles.js'

const PAUSED_PATH = '/?pause'
const LOCAL_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i

/** Two discs, one over the other; in the page itself, so that browsers request no file. */
const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="#2457c5">' +
      '<circle cx="6" cy="8" r="5"/><circle cx="10" cy="8" r="5" fill-opacity=".5"/></svg>',
  )

const hashOf = (text: string) => createHash('sha256').update(text).digest('base64')

const HEADERS = Object.freeze({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    `default-src 'none'; style-src 'sha256-${hashOf(STYLES)}'; ` +
    `script-src 'sha256-${hashOf(SCRIPT)}'; connect-src 'self'; img-src data:; ` +
    `base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
})

/** Responds with the page, or refuses a caller who came by another name. */
export async function handleStartPage(
  gathered: {
    readonly overview: () => Promise<Overview>
    readonly localStack: LocalStack | undefined
  },
  request: HttpRequest,
): Promise<HttpResponse> {
  const host = headerOf(request.headers, 'host') ?? ''
  if (!LOCAL_HOST.test(host)) {
    return {
      status: 403,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: 'The start page answers on localhost only.\n',
    }
  }
  const isPaused = request.url === PAUSED_PATH
  const { overview, localStack } = gathered
  const shown = { edgeUrl: `http://${host}`, isPaused, localStack }
  return { status: 200, headers: HEADERS, body: renderStartPage(await overview(), shown) }
}

interface Shown {
  readonly edgeUrl: string
  readonly isPaused: boolean
  readonly localStack: LocalStack | undefined
}

/** The page as text. */
export function renderStartPage(overview: Overview, shown: Shown): string {
  const { isPaused, localStack } = shown
  const isNew = overview.pools.length === 0
  const reload = isPaused ? '' : html`<meta http-equiv="refresh" content="${REFRESH_SECONDS}">`
  const steps = nextSteps(overview, localStack)
  const pools = poolSection(overview, shown.edgeUrl)
  const outbox = outboxSection(overview)
  const body = isNew ? [steps, pools, outbox] : [outbox, pools, steps]
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<noscript>${reload}</noscript>
<link rel="icon" href="${ICON}">
<title>Twinpool</title>
<style>${new Html(STYLES)}</style>
<script>${new Html(SCRIPT)}</script>
</head>
<body>
<header>
<h1>Twinpool</h1>
${summaryOf(overview)}
${clockOf(overview, isPaused)}
</header>
<main>
${regionSection(overview)}
${joined(body)}
</main>
<footer>Times are UTC. Nothing here is sent to anybody; this page answers on this machine
only.</footer>
</body>
</html>
`.text
}

function summaryOf({ regions, pools }: Overview): Html {
  const alive = regions.filter((region) => region.isAlive).length
  const isWhole = alive === regions.length
  const count = pools.length === 1 ? '1 user pool' : `${pools.length} user pools`
  const tone = isWhole ? 'good' : 'bad'
  return html`<p><span class="${tone}">${alive} of ${regions.length} Regions are up</span>
· ${count}${isWhole ? '' : ' seen'}</p>`
}

function clockOf({ nowMs }: Overview, isPaused: boolean): Html {
  const link = isPaused
    ? html`Paused. <a href="/">Resume</a>`
    : html`Refreshed every ${REFRESH_SECONDS} s. <a href="${PAUSED_PATH}">Pause</a>`
  return html`<p class="clock">${clockTime(nowMs)} UTC. ${link}
<span class="gone">The edge does not answer.</span></p>`
}

function regionSection({ regions, nowMs }: Overview): Html {
  return html`<section>
<h2>Regions</h2>
<ul class="cards">
${regions.map(
  (region) => html`<li class="card ${region.isAlive ? '' : 'lost'}">
<strong>${region.name}</strong>
<span class="badge ${region.isAlive ? 'good' : 'bad'}">${region.isAlive ? 'up' : 'down'}</span>
<small>${sinceText(region, nowMs)}</small>
${copied(region.endpoint)}
</li>
`,
)}</ul>
</section>`
}

function sinceText({ sinceMs }: RegionState, nowMs: number): string {
  return sinceMs === undefined ? 'not checked yet' : `for ${ageOf(nowMs - sinceMs)}`
}

/** What is missing while Regions are down: the others do not know what only these have. */
function missing({ regions }: Overview, what: string): Html {
  const names = regions.filter((region) => !region.isAlive).map(({ name }) => name)
  if (names.length === 0) return html``
  const verb = names.length === 1 ? 'does' : 'do'
  return html`<p class="missing">${names.join(', ')} ${verb} not answer; ${what} not shown.</p>`
}

function poolSection(overview: Overview, edgeUrl: string): Html {
  const cards = overview.pools.map((pool) => poolCard(pool, overview, edgeUrl))
  return section(overview, {
    id: 'pools',
    heading: 'User pools',
    silent: missing(overview, 'user pools without a replica elsewhere are'),
    content: cards.length > 0 ? html`${cards}` : undefined,
    none: 'There is no user pool yet. One that you create in any Region shows up here.',
    noneSeen: 'The Regions that answer have no user pool.',
  })
}

/** A section with its content, or with what to say when there is none, or none to be seen. */
function section(
  { regions }: Overview,
  parts: {
    readonly id: string
    readonly heading: string
    readonly silent: HtmlValue
    readonly content: Html | undefined
    readonly none: string
    readonly noneSeen: string
  },
): Html {
  const { id, heading, silent, content, none, noneSeen } = parts
  const text = regions.every((region) => region.isAlive) ? none : noneSeen
  return html`<section id="${id}">
<h2>${heading}</h2>
${silent}${content ?? html`<p class="empty">${text}</p>`}
</section>`
}

function poolCard(pool: PoolView, overview: Overview, edgeUrl: string): Html {
  const primary = overview.regions.find(({ name }) => name === pool.primaryRegion)
  const issuer =
    pool.issuer ??
    (pool.issuerType === 'UPDATED'
      ? `${edgeUrl}/issuer/${pool.primaryRegion}/${pool.id}`
      : `${primary?.endpoint ?? ''}/${pool.id}`)
  return html`<article class="card">
<h3>${pool.name}</h3>
<p class="id">${copied(pool.id)}</p>
<p class="facts">
<span class="badge">${pool.tier}</span>
<span class="badge">issuer ${pool.issuerType}</span>
<span class="badge">${pool.hasOwnKey ? 'customer managed key' : 'service key'}</span>
${pool.domains.map((domain) => html`<span class="badge">domain ${domain}</span> `)}
</p>
<p class="issuer"><span class="label">Issuer</span> ${copied(issuer)}
<a href="${issuer}/.well-known/openid-configuration" rel="noreferrer">Discovery</a>
<a href="${issuer}/.well-known/jwks.json" rel="noreferrer">Keys</a></p>
<table class="replicas">
<thead><tr><th>Region</th><th>Role</th><th>Status</th><th>Rows</th><th>Lag</th></tr></thead>
<tbody>
<tr><td class="region" data-is="Region">${pool.primaryRegion}</td>
<td class="brief" data-is="Role">primary</td>
<td data-is="Status">${statusOf(pool.primaryRegion, 'ACTIVE', overview)}</td>
<td data-is="Rows">all</td><td data-is="Lag">–</td></tr>
${pool.replicas.map((replica) => replicaRow(replica, overview))}</tbody>
</table>
${pool.replicas.length === 0 ? replicaHint(pool, overview) : ''}
</article>`
}

function replicaHint(pool: PoolView, overview: Overview): Html {
  const steps = replicaSteps(pool, overview)
  if (steps === undefined) return html``
  return html`<details class="hint">
<summary>No replica: without ${pool.primaryRegion} its users cannot sign in. Give it one</summary>
${steps}</details>`
}

/** A status that is known of a Region that is down is one of the past, and not green. */
function statusOf(region: string, status: string, { regions }: Overview): Html {
  const isDown = regions.some(({ name, isAlive }) => name === region && !isAlive)
  if (isDown) return html`<span class="badge bad">down</span> <small>${status} before</small>`
  const tone = status === 'ACTIVE' ? 'good' : status === 'DELETING' ? 'bad' : 'busy'
  return html`<span class="badge ${tone}">${status}</span>`
}

function replicaRow(replica: ReplicaView, overview: Overview): Html {
  const reason = replica.reason === undefined ? '' : html`<small>${replica.reason}</small>`
  return html`<tr><td class="region" data-is="Region">${replica.region}</td>
<td class="brief" data-is="Role">secondary</td>
<td data-is="Status">${statusOf(replica.region, replica.status, overview)}${reason}</td>
<td data-is="Rows">${progressOf(replica)}${verifiedOf(replica)}</td>
<td data-is="Lag">${lagCell(replica)}</td>
</tr>
`
}

/** How far behind, and up to which moment everything has arrived: the recovery point. */
function lagCell({ lagMs, recoveryPointMs: recovery }: ReplicaView): Html {
  const lag = lagMs === undefined ? html`–` : html`<span class="brief">${lagOf(lagMs)}</span>`
  return recovery === undefined
    ? lag
    : html`${lag} <small>has all up to ${moment(recovery)}</small>`
}

function verifiedOf({ step, verifiedAtMs: atMs }: ReplicaView): Html | '' {
  if (step !== undefined || atMs === undefined) return ''
  return html` <small>verified equal at ${moment(atMs)}</small>`
}

function progressOf({ step, rowsDone, rowsTotal }: ReplicaView): Html {
  if (step === undefined) return html`complete`
  if (rowsDone === undefined || rowsTotal === undefined) return html`${step}`
  return html`<progress max="${Math.max(rowsTotal, 1)}" value="${rowsDone}"></progress>
<small>${step}, ${rowsDone} of ${rowsTotal} rows</small>`
}

function outboxSection(overview: Overview): Html {
  const { messages, nowMs } = overview
  const table = html`<div class="card"><table>
<thead><tr><th>Code</th><th>User</th><th>To</th><th>Why</th><th>Pool</th><th>Sent</th></tr></thead>
<tbody>
${messages.map((message) => messageRow(message, nowMs))}</tbody>
</table></div>`
  return section(overview, {
    id: 'outbox',
    heading: 'Outbox',
    silent: missing(overview, 'what was sent there is'),
    content: messages.length > 0 ? table : undefined,
    none: 'Nothing was sent yet. Codes and invitations appear here; nothing is mailed.',
    noneSeen: 'The Regions that answer have sent nothing.',
  })
}

function messageRow(message: MessageView, nowMs: number): Html {
  const { code, destination, username } = message
  return html`<tr>
<td data-is="Code">${code === undefined ? '–' : copied(code, 'code')}</td>
<td data-is="User">${username}</td>
<td data-is="To">${destination}</td>
<td class="brief" data-is="Why">${message.reason}</td>
<td data-is="Pool"><span><code class="copy">${message.poolId}</code>
<small>in ${message.region}</small></span></td>
<td data-is="Sent">${ago(message.createdAtMs, nowMs)}</td></tr>
`
}
