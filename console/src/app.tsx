// The frame of the console: the session, navigation, and the page of the address, loaded when it is
// first shown.
import AppLayout from '@cloudscape-design/components/app-layout'
import Box from '@cloudscape-design/components/box'
import { I18nProvider } from '@cloudscape-design/components/i18n'
import messages from '@cloudscape-design/components/i18n/messages/all.en'
import SideNavigation from '@cloudscape-design/components/side-navigation'
import Spinner from '@cloudscape-design/components/spinner'
import TopNavigation from '@cloudscape-design/components/top-navigation'
import { Component, type ReactNode, Suspense, useCallback, useEffect, useState } from 'react'
import { readSession, type Session, signOut } from './api/client.js'
import { SessionProvider } from './api/session.js'
import { PageOf, sectionOf } from './page-of.js'
import { LinkPage } from './pages/link.js'
import { SignInPage } from './pages/sign-in.js'
import { WrongClock } from './parts/clock.js'
import { Notices, NoticesProvider } from './parts/notices.js'
import { hrefOf, useAddress } from './route.js'
import { type Theme, themeOf, useTheme } from './theme.js'

export function App() {
  const [state, setState] = useState<{
    readonly session?: Session | undefined
    readonly isKnown: boolean
    /** Whether there was a session that nobody signed out of. */
    readonly hasEnded?: boolean
  }>({ isKnown: false })
  const [theme, setTheme] = useTheme()
  const address = useAddress()
  const begin = useCallback((session: Session) => setState({ session, isKnown: true }), [])
  const end = useCallback(() => setState({ isKnown: true }), [])
  const expire = useCallback(() => setState({ isKnown: true, hasEnded: true }), [])

  useEffect(() => {
    readSession().then((session) => setState({ session, isKnown: true }), end)
  }, [end])

  const [first, token] = address.parts
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <TopBar session={state.session} theme={theme} onTheme={setTheme} onSignedOut={end} />
      {first === 'link' && token !== undefined ? (
        <Outside>
          <LinkPage key={token} token={token} onSignedIn={begin} />
        </Outside>
      ) : !state.isKnown ? (
        <Waiting />
      ) : state.session === undefined ? (
        <Outside>
          <SignInPage hasEnded={state.hasEnded === true} onSignedIn={begin} />
        </Outside>
      ) : (
        <SessionProvider session={state.session} onEnded={expire} onReplaced={begin}>
          <NoticesProvider>
            <Frame session={state.session} />
          </NoticesProvider>
        </SessionProvider>
      )}
    </I18nProvider>
  )
}

/** The frame of what is shown without a session. */
function Outside({ children }: { readonly children: ReactNode }) {
  return (
    <AppLayout
      headerSelector="#top"
      navigationHide
      toolsHide
      maxContentWidth={560}
      content={children}
    />
  )
}

function Waiting() {
  return (
    <Box textAlign="center" padding="xxl">
      <Spinner size="large" />
    </Box>
  )
}

const THEMES = [
  { id: 'system', text: 'As the system' },
  { id: 'light', text: 'Light' },
  { id: 'dark', text: 'Dark' },
]

function TopBar({
  session,
  theme,
  onTheme,
  onSignedOut,
}: {
  readonly session: Session | undefined
  readonly theme: Theme
  readonly onTheme: (theme: Theme) => void
  readonly onSignedOut: () => void
}) {
  const themes = {
    type: 'menu-dropdown',
    iconName: 'settings',
    ariaLabel: 'Appearance',
    title: 'Appearance',
    items: THEMES.map((item) => ({ ...item, disabled: item.id === theme })),
    onItemClick: ({ detail }: { detail: { id: string } }) => onTheme(themeOf(detail.id)),
  } as const
  const user = session && {
    type: 'menu-dropdown' as const,
    iconName: 'user-profile' as const,
    text: session.accessKeyId,
    description: session.arn,
    items: [{ id: 'sign-out', text: 'Sign out' }],
    onItemClick: () => void signOut(session).finally(onSignedOut),
  }
  return (
    <div id="top">
      <TopNavigation
        identity={{ href: hrefOf('regions'), title: 'Twinpool' }}
        utilities={user === undefined ? [themes] : [themes, user]}
      />
    </div>
  )
}

const SECTIONS = [
  { type: 'link', text: 'Regions', href: hrefOf('regions') },
  { type: 'link', text: 'User pools', href: hrefOf('pools') },
  { type: 'link', text: 'Encryption', href: hrefOf('encryption') },
  { type: 'link', text: 'Usage', href: hrefOf('usage') },
  { type: 'link', text: 'Activity', href: hrefOf('activity') },
] as const

function Frame({ session }: { readonly session: Session }) {
  const address = useAddress()
  const { parts } = address
  const [, of] = parts
  const section = SECTIONS.find(({ href }) => href === hrefOf(sectionOf(address)))?.text
  useEffect(() => {
    document.title = [of, section, 'Twinpool'].filter((part) => part !== undefined).join(' – ')
  }, [of, section])
  return (
    <AppLayout
      headerSelector="#top"
      toolsHide
      navigation={
        <SideNavigation
          header={{ text: 'Console', href: hrefOf('regions') }}
          activeHref={hrefOf(sectionOf(address))}
          items={SECTIONS}
        />
      }
      notifications={
        <>
          <WrongClock session={session} />
          <Notices />
        </>
      }
      content={
        <Failures of={parts.join('/')}>
          <Suspense fallback={<Waiting />}>
            <PageOf key={parts.slice(0, 2).join('/')} address={address} />
          </Suspense>
        </Failures>
      }
    />
  )
}

interface Failure {
  /** The address that it is about. */
  readonly of?: string
  readonly text?: string | undefined
}

/** Keeps a page that fails from taking the frame with it, until the address is another. */
class Failures extends Component<{ readonly of: string; readonly children: ReactNode }, Failure> {
  override state: Failure = {}

  static getDerivedStateFromProps({ of }: { readonly of: string }, before: Failure) {
    return of === before.of ? null : { of, text: undefined }
  }

  static getDerivedStateFromError(error: unknown) {
    return { text: error instanceof Error ? error.message : String(error) }
  }

  override render() {
    if (this.state.text === undefined) return this.props.children
    return (
      <Box padding="l">
        <Box variant="h2">This page failed</Box>
        <Box variant="p">{this.state.text}</Box>
        <Box variant="p">Load it again; if that does not help, tell the people of Twinpool.</Box>
      </Box>
    )
  }
}
