// The start page of a local stack: Regions, pools, replicas and the outbox of codes, refreshed by
// itself and without a script. A refresh drops what a person has selected, so `/?pause` stands
// still. It shows codes to whoever asks, so it answers only requests that name this very machine: a
// page of another site cannot reach it through a name of its own that resolves to a loopback
// address (DNS rebinding).
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RegionState } from './health-check.js'
import { Html, html } from './html.js'
import type { MessageView, Overview, PoolView, ReplicaView } from './overview.js'
import { nextSteps } from './start-page-steps.js'
import { STYLES } from './start-page-styles.js'

const REFRESH_SECONDS = 2
const PAUSED_PATH = '/?pause'
const LOCAL_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i

/** Two discs, one over the other; in the page itself, so that no browser asks for a file. */
const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="#2457c5">' +
      '<circle cx="6" cy="8" r="5"/><circle cx="10" cy="8" r="5" fill-opacity=".5"/></svg>',
  )

const STYLES_HASH = createHash('sha256').update(STYLES).digest('base64')

const HEADERS = Object.freeze({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    `default-src 'none'; style-src 'sha256-${STYLES_HASH}'; img-src data:; base-uri 'none'; ` +
    `form-action 'none'; frame-ancestors 'none'`,
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
  const edgeUrl = `http://${request.headers.host}`
  const isPaused = request.url === PAUSED_PATH
  const page = renderStartPage(await overview(), { edgeUrl, isPaused })
  response.writeHead(200, HEADERS)
  response.end(page)
}

/** The page as text. */
export function renderStartPage(
  overview: Overview,
  { edgeUrl, isPaused }: { readonly edgeUrl: string; readonly isPaused: boolean },
): string {
  const isNew = overview.pools.length === 0
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${isPaused ? '' : html`<meta http-equiv="refresh" content="${REFRESH_SECONDS}">`}
<link rel="icon" href="${ICON}">
<title>Twinpool</title>
<style>${rawStyles}</style>
</head>
<body>
<header>
<h1>Twinpool</h1>
${summaryOf(overview)}
${clockOf(overview, isPaused)}
</header>
<main>
${regionSection(overview)}
${isNew ? nextSteps(overview) : ''}
${poolSection(overview, edgeUrl)}
${outboxSection(overview)}
${isNew ? '' : nextSteps(overview)}
</main>
<footer>A click on an ID, a code or a command selects the whole of it; pause the page to copy at
leisure.</footer>
</body>
</html>
`.text
}

const rawStyles = new Html(STYLES)

function summaryOf({ regions, pools }: Overview): Html {
  const alive = regions.filter((region) => region.isAlive).length
  const count = pools.length === 1 ? '1 user pool' : `${pools.length} user pools`
  const tone = alive === regions.length ? 'good' : 'bad'
  return html`<p><span class="${tone}">${alive} of ${regions.length} Regions are up</span>
· ${count}</p>`
}

function clockOf({ nowMs }: Overview, isPaused: boolean): Html {
  const link = isPaused
    ? html`Paused. <a href="/">Resume</a>`
    : html`Refreshed every ${REFRESH_SECONDS} s. <a href="${PAUSED_PATH}">Pause</a>`
  return html`<p class="clock">${clockTime(nowMs)} UTC. ${link}</p>`
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
<code class="copy">${region.endpoint}</code>
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
<p class="empty">There is no user pool yet. One that you create in any Region shows up here.</p>
</section>`
  }
  return html`<section>
<h2>User pools</h2>
${overview.pools.map((pool) => poolCard(pool, overview, edgeUrl))}
</section>`
}

function poolCard(pool: PoolView, overview: Overview, edgeUrl: string): Html {
  const primary = overview.regions.find(({ name }) => name === pool.primaryRegion)
  const issuer =
    pool.issuerType === 'UPDATED'
      ? `${edgeUrl}/issuer/${pool.primaryRegion}/${pool.id}`
      : `${primary?.endpoint ?? ''}/${pool.id}`
  return html`<article class="card">
<h3>${pool.name}</h3>
<p class="id"><code class="copy">${pool.id}</code></p>
<p class="facts">
<span class="badge">${pool.tier}</span>
<span class="badge">issuer ${pool.issuerType}</span>
<span class="badge">${pool.hasOwnKey ? 'customer managed key' : 'service key'}</span>
${pool.domains.map((domain) => html`<span class="badge">domain ${domain}</span> `)}
<a href="${issuer}/.well-known/openid-configuration" rel="noreferrer">Discovery</a>
<a href="${issuer}/.well-known/jwks.json" rel="noreferrer">Keys</a>
</p>
<table>
<thead><tr><th>Region</th><th>Role</th><th>Status</th><th>Copy</th><th>Lag</th>
<th>Recovery point</th></tr></thead>
<tbody>
<tr>${regionCell(pool.primaryRegion, overview)}
<td class="brief" data-is="Role">primary</td>
<td data-is="Status"><span class="badge good">ACTIVE</span></td><td></td><td></td><td></td></tr>
${pool.replicas.map((replica) => replicaRow(replica, overview))}</tbody>
</table>
</article>`
}

/** The name of a Region, and that it is down: what the others say of it is then of the past. */
function regionCell(name: string, { regions }: Overview): Html {
  const isDown = regions.some((region) => region.name === name && !region.isAlive)
  return html`<td class="region" data-is="Region">${name}
${isDown ? html` <span class="badge bad">down</span>` : ''}</td>`
}

function replicaRow(replica: ReplicaView, overview: Overview): Html {
  const tone = replica.status === 'ACTIVE' ? 'good' : replica.status === 'DELETING' ? 'bad' : 'busy'
  const { lagMs, recoveryPointMs: recovery } = replica
  const reason = replica.reason === undefined ? '' : html`<small>${replica.reason}</small>`
  return html`<tr>${regionCell(replica.region, overview)}
<td class="brief" data-is="Role">secondary</td>
<td data-is="Status"><span class="badge ${tone}">${replica.status}</span>${reason}</td>
<td data-is="Copy">${progressOf(replica)}${verifiedOf(replica)}</td>
<td class="brief" data-is="Lag">${lagMs === undefined ? '–' : durationOf(lagMs)}</td>
<td data-is="Recovery point">${recovery === undefined ? '–' : ago(recovery, overview.nowMs)}</td>
</tr>
`
}

function verifiedOf({ step, verifiedAtMs: atMs }: ReplicaView): Html | '' {
  if (step !== undefined || atMs === undefined) return ''
  const iso = new Date(atMs).toISOString()
  return html` <small>verified equal at
<time datetime="${iso}" title="${iso}">${clockTime(atMs)}</time></small>`
}

function progressOf({ step, rowsDone, rowsTotal }: ReplicaView): Html {
  if (step === undefined) return html`complete`
  if (rowsDone === undefined || rowsTotal === undefined) return html`${step}`
  return html`<progress max="${Math.max(rowsTotal, 1)}" value="${rowsDone}"></progress>
<small>${step}, ${rowsDone} of ${rowsTotal} rows</small>`
}

function outboxSection({ messages, nowMs }: Overview): Html {
  if (messages.length === 0) {
    return html`<section>
<h2>Outbox</h2>
<p class="empty">Nothing was sent yet. Codes and invitations appear here; nothing is mailed.</p>
</section>`
  }
  return html`<section>
<h2>Outbox</h2>
<div class="card"><table>
<thead><tr><th>Code</th><th>User</th><th>To</th><th>Why</th><th>Pool</th><th>Sent</th></tr></thead>
<tbody>
${messages.map((message) => messageRow(message, nowMs))}</tbody>
</table></div>
</section>`
}

function messageRow(message: MessageView, nowMs: number): Html {
  const { code, destination, username } = message
  return html`<tr>
<td data-is="Code">${code === undefined ? '–' : html`<code class="copy code">${code}</code>`}</td>
<td data-is="User">${username}</td>
<td data-is="To">${destination}</td>
<td class="brief" data-is="Why">${message.reason}</td>
<td data-is="Pool"><code class="copy">${message.poolId}</code>
<small>in ${message.region}</small></td>
<td data-is="Sent">${ago(message.createdAtMs, nowMs)}</td></tr>
`
}

/** How long ago, with the moment itself for who points at it. */
function ago(atMs: number, nowMs: number): Html {
  const iso = new Date(atMs).toISOString()
  return html`<time datetime="${iso}" title="${iso}">${ageOf(nowMs - atMs)} ago</time>`
}

function clockTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19)
}

function durationOf(durationMs: number): string {
  return durationMs < 1000 ? `${Math.round(durationMs)} ms` : ageOf(durationMs)
}

function ageOf(durationMs: number): string {
  const seconds = Math.max(0, durationMs / 1000)
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} days`
}
