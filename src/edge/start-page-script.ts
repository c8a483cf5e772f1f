// The start page's only script: it copies what stands beside a button, and fetches the page again
// and takes over what changed, so that what a person has selected or opened stays as it is. Its
// hash is in the content security policy, so no other script can run. The page is complete without
// it; a browser that runs no scripts loads it again every few seconds.

export const REFRESH_SECONDS = 2

export const SCRIPT = `
'use strict'
const root = document.documentElement
root.classList.add('scripted')

document.addEventListener('click', async (event) => {
  const button = event.target.closest('button.copier')
  if (button === null) return
  const source = button.parentElement.querySelector('.copy')
  const text = source.textContent
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    getSelection().selectAllChildren(source)
    document.execCommand('copy')
  }
  button.textContent = 'Copied'
  setTimeout(() => { button.textContent = 'Copy' }, 1200)
})

function takeOver(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    old.replaceWith(document.importNode(fresh, true))
    return
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue
    return
  }
  // A person opens and closes these, and a button says "Copied" for a moment.
  if (old.matches('button.copier')) return
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && name !== 'open') old.removeAttribute(name)
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value)
  }
  const before = [...old.childNodes]
  const after = [...fresh.childNodes]
  after.forEach((child, at) => {
    if (at < before.length) takeOver(before[at], child)
    else old.append(document.importNode(child, true))
  })
  before.slice(after.length).forEach((child) => child.remove())
}

async function refresh() {
  const response = await fetch('/', { cache: 'no-store', signal: AbortSignal.timeout(5000) })
  if (!response.ok) throw new TypeError('no page')
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html')
  takeOver(document.querySelector('main'), fresh.querySelector('main'))
  takeOver(document.querySelector('header'), fresh.querySelector('header'))
}

async function keepFresh() {
  for (;;) {
    await new Promise((done) => setTimeout(done, ${REFRESH_SECONDS * 1000}))
    if (document.hidden) continue
    try {
      await refresh()
      root.classList.remove('stale')
    } catch {
      root.classList.add('stale')
    }
  }
}
if (location.search !== '?pause') keepFresh()
`
