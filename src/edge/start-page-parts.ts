// Small parts that the sections of the start page share: values to copy, commands, ages.
import { Html, html } from '#http/html.js'

/** A value with a button that copies it; without a script a click selects the whole of it. */
export function copied(value: string, kind = ''): Html {
  return html`<span class="value"><code class="copy ${kind}">${value}</code>${copier()}</span>`
}

/** A command for a terminal, with a button that copies it. */
export function command(text: string): Html {
  return html`<div class="command"><pre class="copy">${wordsOf(text)}</pre>${copier()}</div>`
}

/** Browsers break lines at hyphens, which a flag must not be parted at; a long path may be. */
function wordsOf(text: string): readonly Html[] {
  return text.split(/(\s+)/).map((word) => {
    return word.length > 24 || !word.includes('-')
      ? html`${word}`
      : html`<span class="word">${word}</span>`
  })
}

function copier(): Html {
  return html`<button class="copier" type="button" aria-label="Copy">Copy</button>`
}

/** A name that a user chose, set off from the sentence around it. */
export function named(name: string): Html {
  return html`<b class="name">${name}</b>`
}

/** Markup one after the other. */
export function joined(parts: readonly Html[]): Html {
  return new Html(parts.map(({ text }) => text).join(''))
}

/** How long ago, with the moment itself for who points at it. */
export function ago(atMs: number, nowMs: number): Html {
  const iso = new Date(atMs).toISOString()
  return html`<time datetime="${iso}" title="${iso}">${ageOf(nowMs - atMs)} ago</time>`
}

/** A moment of today, or so: the time of day in UTC. */
export function moment(atMs: number): Html {
  const iso = new Date(atMs).toISOString()
  return html`<time datetime="${iso}" title="${iso}">${clockTime(atMs)}</time>`
}

export function clockTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19)
}

/**
 * A lag. It is measured by heartbeats, so under a second it says how long ago the last one came and
 * nothing about how quickly rows travel.
 */
export function lagOf(lagMs: number): string {
  return lagMs < 1000 ? '< 1 s' : ageOf(lagMs)
}

export function ageOf(durationMs: number): string {
  const seconds = Math.max(0, durationMs / 1000)
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} days`
}
