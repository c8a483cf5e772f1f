// The start page of a local stack: Regions, pools, replicas and the outbox of codes, refreshed by
// itself and without a script. It shows codes to whoever asks, so it answers only requests that
// name this very machine: a page of another site cannot reach it through a name of its own that
// resolves to a loopback address (DNS rebinding).
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RegionState } from './health-check.js'
import { Html, html } from './html.js'
import type { MessageView, Overview, PoolView, ReplicaView } from './overview.js'
import { nextSteps } from './start-page-steps.js'
import { STYLES } from './start-page-styles.js'

const REFRESH_SECONDS = 2
const LOCAL_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i

const STYLES_HASH = createHash('sha256').update(STYLES).digest('base64')

const HEADERS = Object.freeze({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    `default-src 'none'; style-src 'sha256-${STYLES_HASH}'; base-uri 'none'; form-action 'none'; ` +
    `frame-ancestors 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
})

/** Whether the request named this machine itself. */
export function namesThisMachine(request: IncomingMessage): boolean {
  return LOCAL_HOST.test(request.headers.host ?? '')
}

/** Answers with the page, or refuses a caller who came by another name. */
export async function answerStartPage(
  overview: () => Promise<Overview>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!namesThisMachine(request)) {
    response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' })
    response.end('The start page answers on localhost only.\n')
    return
  }
  const page = renderStartPage(await overview(), `http://${request.headers.host}`)
  response.writeHead(200, HEADERS)
  response.end(page)
}

/** The page as text. */
export function renderStartPage(overview: Overview, edgeUrl: string): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${REFRESH_SECONDS}">
<title>Twinpool</title>
<style>${rawStyles}</style>
</head>
<body>
<header>
<h1>Twinpool</h1>
<p>${summaryOf(overview)}</p>
</header>
<main>
${regionSection(overview)}
${poolSection(overview, edgeUrl)}
${outboxSection(overview)}
${nextSteps(overview)}
</main>
<footer>As of ${new Date(overview.nowMs).toISOString().slice(11, 19)} UTC,
refreshed every ${REFRESH_SECONDS} seconds.</footer>
</body>
</html>
`.text
}

const rawStyles = new Html(STYLES)

function summaryOf({ regions, pools }: Overview): string {
  const alive = regions.filter((region) => region.isAlive).length
  const count = pools.length === 1 ? '1 user pool' : `${pools.length} user pools`
  return `${alive} of ${regions.length} Regions are up · ${count}`
}

function regionSection({ regions, nowMs }: Overview): Html {
  return html`<section>
<h2>Regions</h2>
<ul class="cards">
${regions.map(
  (region) => html`<li class="card">
<span class="badge ${region.isAlive ? 'good' : 'bad'}">${region.isAlive ? 'up' : 'down'}</span>
<strong>${region.name}</strong>
<code>${region.endpoint}</code>
<small>${sinceText(region, nowMs)}</small>
</li>
`,
)}</ul>
</section>`
}

function sinceText({ sinceMs }: RegionState, nowMs: number): string {
  return sinceMs === undefined ? 'not checked yet' : `for ${ageOf(nowMs - sinceMs)}`
}

function poolSection(overview: Overview, edgeUrl: string): Html {
  if (overview.pools.length === 0) {
    return html`<section>
<h2>User pools</h2>
<p class="empty">There is no user pool yet.</p>
</section>`
  }
  return html`<section>
<h2>User pools</h2>
${overview.pools.map((pool) => poolCard(pool, overview, edgeUrl))}
</section>`
}

function poolCard(pool: PoolView, overview: Overview, edgeUrl: string): Html {
  const endpoint = overview.regions.find(({ name }) => name === pool.primaryRegion)?.endpoint
  const issuer =
    pool.issuerType === 'UPDATED'
      ? `${edgeUrl}/issuer/${pool.primaryRegion}/${pool.id}`
      : `${endpoint ?? ''}/${pool.id}`
  return html`<article class="card wide">
<h3>${pool.name} <code>${pool.id}</code></h3>
<p>
<span class="badge">${pool.tier}</span>
<span class="badge">issuer ${pool.issuerType}</span>
<span class="badge">${pool.hasOwnKey ? 'customer managed key' : 'service key'}</span>
${pool.domains.map((domain) => html`<span class="badge">domain ${domain}</span> `)}
</p>
<p><a href="${issuer}/.well-known/openid-configuration" rel="noreferrer">discovery</a>
<a href="${issuer}/.well-known/jwks.json" rel="noreferrer">keys</a></p>
<table>
<thead><tr><th>Region</th><th>Role</th><th>Status</th><th>Copying</th><th>Lag</th>
<th>Recovery point</th></tr></thead>
<tbody>
<tr><td>${pool.primaryRegion}</td><td>primary</td>
<td><span class="badge good">ACTIVE</span></td><td></td><td></td><td></td></tr>
${pool.replicas.map((replica) => replicaRow(replica, overview.nowMs))}</tbody>
</table>
</article>`
}

function replicaRow(replica: ReplicaView, nowMs: number): Html {
  const tone = replica.status === 'ACTIVE' ? 'good' : replica.status === 'DELETING' ? 'bad' : 'busy'
  const recovery = replica.recoveryPointMs
  return html`<tr><td>${replica.region}</td><td>secondary</td>
<td><span class="badge ${tone}">${replica.status}</span> ${replica.reason}</td>
<td>${progressOf(replica)}</td>
<td>${replica.lagMs === undefined ? '–' : `${Math.round(replica.lagMs)} ms`}</td>
<td>${recovery === undefined ? '–' : recoveryText(recovery, nowMs)}</td></tr>
`
}

function recoveryText(recoveryPointMs: number, nowMs: number): string {
  const time = new Date(recoveryPointMs).toISOString().slice(11, 21)
  return `${time} UTC, ${ageOf(nowMs - recoveryPointMs)} ago`
}

function progressOf({ step, rowsDone, rowsTotal }: ReplicaView): Html {
  if (step === undefined) return html`done`
  if (rowsDone === undefined || rowsTotal === undefined) return html`${step}`
  return html`<progress max="${Math.max(rowsTotal, 1)}" value="${rowsDone}"></progress>
${step}, ${rowsDone} of ${rowsTotal} rows`
}

function outboxSection({ messages, nowMs }: Overview): Html {
  if (messages.length === 0) {
    return html`<section>
<h2>Outbox</h2>
<p class="empty">Codes and invitations appear here: nothing was sent yet.</p>
</section>`
  }
  return html`<section>
<h2>Outbox</h2>
<div class="card wide"><table>
<thead><tr><th>Code</th><th>User</th><th>To</th><th>Why</th><th>Pool</th><th>Region</th>
<th>When</th></tr></thead>
<tbody>
${messages.map((message) => messageRow(message, nowMs))}</tbody>
</table></div>
</section>`
}

function messageRow(message: MessageView, nowMs: number): Html {
  return html`<tr><td><code class="code">${message.code ?? '–'}</code></td>
<td>${message.username}</td><td>${message.destination}</td><td>${message.reason}</td>
<td><code>${message.poolId}</code></td><td>${message.region}</td>
<td>${ageOf(nowMs - message.createdAtMs)} ago</td></tr>
`
}

function ageOf(durationMs: number): string {
  const seconds = Math.max(0, durationMs / 1000)
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3600)} h`
}
